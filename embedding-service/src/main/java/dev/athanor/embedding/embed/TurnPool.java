package dev.athanor.embedding.embed;

import dev.athanor.embedding.batching.Turns;
import dev.athanor.embedding.caller.Caller;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Threads that do the work of callers in their [Turns].
final class TurnPool implements AutoCloseable {
  private final ExecutorService threads;
  private final Turns turns = new Turns();

  /// @param name of its threads, before their number
  TurnPool(int threads, String name) {
    this.threads =
        Executors.newFixedThreadPool(threads, Thread.ofPlatform().name(name, 1).daemon().factory());
  }

  void execute(Caller caller, Runnable work) {
    turns.add(caller, work);
    threads.execute(() -> turns.take().run());
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
