package dev.athanor.benchmarks.serving;

import ai.onnxruntime.OrtException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Forward passes without a server, as many at a time as there are processors: what of a latency is
/// the machine's own.
final class BareWay implements Way {
  private final ExecutorService threads =
      Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
  private final Bare bare;
  private final List<float[]> tensors;

  BareWay(Bare bare, List<float[]> tensors) {
    this.bare = bare;
    this.tensors = tensors;
  }

  @Override
  public CompletableFuture<Outcome> ask(int number) {
    var tensor = tensors.get(number % tensors.size());
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return bare.vector(tensor).length > 0 ? Outcome.OK : Outcome.FAILED;
          } catch (OrtException failure) {
            throw new CompletionException(failure);
          }
        },
        threads);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
