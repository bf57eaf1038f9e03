package dev.athanor.embedding.embed;

import dev.athanor.embedding.batching.Call;
import dev.athanor.embedding.catalogue.EncoderVersion;
import dev.athanor.embedding.metrics.ServingMetrics;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import dev.athanor.preprocessing.ImageDecoder;
import dev.athanor.preprocessing.ImageException;
import dev.athanor.preprocessing.ImageInput;
import dev.athanor.preprocessing.ImagePreprocessing;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// Decodes and normalises, beside the forward passes. A call has no more inputs in the pool's queue
/// than the pool has threads, and puts its next one at the end: so the calls take turns, and a long
/// one holds up a short one by no more than its share.
final class Preparation implements AutoCloseable {
  private final ImageDecoder decoder = new ImageDecoder();
  private final ExecutorService pool;
  private final int threads;
  private final ServingMetrics metrics;

  Preparation(int threads, ServingMetrics metrics) {
    this.pool =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().name("prepare-", 1).daemon().factory());
    this.threads = threads;
    this.metrics = metrics;
  }

  /// What is done with a prepared input.
  @FunctionalInterface
  interface Ready {
    /// @param index of the input in its call
    void accept(int index, float[] tensor);
  }

  /// Prepares all inputs of a call, until it fails or nobody waits for it any more.
  void begin(Call call, EncoderVersion version, List<? extends Input> inputs, Ready ready) {
    var line = new Line(call, version, inputs, ready);
    for (int i = 0; i < Math.min(threads, inputs.size()); i++) {
      line.next();
    }
  }

  /// The inputs of one call.
  private final class Line {
    private final Call call;
    private final EncoderVersion version;
    private final List<? extends Input> inputs;
    private final Ready ready;
    private final AtomicInteger next = new AtomicInteger();

    Line(Call call, EncoderVersion version, List<? extends Input> inputs, Ready ready) {
      this.call = call;
      this.version = version;
      this.inputs = inputs;
      this.ready = ready;
    }

    void next() {
      int index = next.getAndIncrement();
      if (index < inputs.size()) {
        pool.execute(
            () -> {
              prepare(index);
              next();
            });
      }
    }

    private void prepare(int index) {
      var gone = call.gone();
      if (gone != null) {
        metrics.dropped(version.id(), gone.label());
        return;
      }
      try {
        ready.accept(index, tensor(index, version.card().input()));
      } catch (RuntimeException | Error failure) {
        call.fail(failure);
      }
    }

    private float[] tensor(int index, ImageInput shape) {
      return switch (inputs.get(index)) {
        case Input.Tensor(var values) -> values;
        case Input.Encoded(var bytes) -> {
          try {
            yield ImagePreprocessing.tensor(decoder.decode(bytes, shape.channels()), shape);
          } catch (ImageException failure) {
            throw Problem.of(
                Kind.UNPROCESSABLE,
                "images[%d]: %s".formatted(index, failure.getMessage()),
                failure);
          }
        }
      };
    }
  }

  @Override
  public void close() {
    pool.shutdown();
  }
}
