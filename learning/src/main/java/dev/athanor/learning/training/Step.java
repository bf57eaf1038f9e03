package dev.athanor.learning.training;

import java.time.Duration;

/// What one training step came to.
///
/// @param number from 0; after it `number + 1` steps are done
/// @param loss of its batch, before the weights moved
/// @param learningRate with which they moved
/// @param took computing, without waiting for the batch
public record Step(long number, double loss, double learningRate, Duration took) {}
