/// Files on their way between a disk and the object store.
@NullMarked
package dev.athanor.trainer.file;

import org.jspecify.annotations.NullMarked;
