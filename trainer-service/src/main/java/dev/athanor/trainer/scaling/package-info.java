/// Scaling studies: what the language models of a sweep say about how loss falls with parameters
/// and tokens. The laws and their fitting are in `dev.athanor.learning.scaling`.
@NullMarked
package dev.athanor.trainer.scaling;

import org.jspecify.annotations.NullMarked;
