@NullMarked
package dev.athanor.embedding.openai;

import org.jspecify.annotations.NullMarked;
