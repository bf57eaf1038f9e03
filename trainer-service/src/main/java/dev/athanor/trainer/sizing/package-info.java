/// What a language model would cost before anybody trains it: parameters, floating-point
/// operations, memory a device, device hours. Arithmetic alone; nothing is stored.
@NullMarked
package dev.athanor.trainer.sizing;

import org.jspecify.annotations.NullMarked;
