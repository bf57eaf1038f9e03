package dev.athanor.benchmarks.serving;

import java.util.concurrent.CompletableFuture;

/// A way to ask for the vector of one image, without waiting for it.
interface Way extends AutoCloseable {
  /// @param number of the question; which image it is follows from it
  CompletableFuture<Outcome> ask(int number);

  @Override
  void close();
}
