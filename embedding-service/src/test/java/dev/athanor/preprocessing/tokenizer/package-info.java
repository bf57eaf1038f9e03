@NullMarked
package dev.athanor.preprocessing.tokenizer;

import org.jspecify.annotations.NullMarked;
