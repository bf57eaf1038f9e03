@NullMarked
package dev.athanor.embedding.job;

import org.jspecify.annotations.NullMarked;
