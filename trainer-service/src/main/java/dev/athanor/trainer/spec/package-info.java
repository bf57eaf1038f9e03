/// What a caller asks for: the run spec, its defaults and its checks.
@NullMarked
package dev.athanor.trainer.spec;

import org.jspecify.annotations.NullMarked;
