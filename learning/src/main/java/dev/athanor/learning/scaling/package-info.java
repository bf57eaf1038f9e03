/// How a language model's loss falls with its parameters N and the tokens D that it was trained on:
/// laws fitted to finished runs, with intervals.
///
/// Plain numbers in and out; the same observations and seed give the same bits.
@NullMarked
package dev.athanor.learning.scaling;

import org.jspecify.annotations.NullMarked;
