package dev.athanor.benchmarks.serving;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// ONNX Runtime called directly, with tensors that are ready: what no server can be faster than.
final class Bare implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final Published encoder;

  /// One thread for a forward pass, as the service has it.
  Bare(Published encoder) throws OrtException {
    this.encoder = encoder;
    try (var options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      this.session = environment.createSession(encoder.onnx().toString(), options);
    }
  }

  /// (D).
  float[] vector(float[] tensor) throws OrtException {
    try (var input = tensor(List.of(tensor));
        var output = run(input)) {
      return rows(output)[0];
    }
  }

  /// The median of forward passes of one image, in milliseconds.
  double singleMillis(float[] tensor, Duration length) throws OrtException {
    var nanos = new ArrayList<Double>();
    try (var input = tensor(List.of(tensor))) {
      long until = System.nanoTime() + length.toNanos();
      while (System.nanoTime() < until) {
        long from = System.nanoTime();
        try (var output = run(input)) {
          rows(output);
        }
        nanos.add((double) (System.nanoTime() - from));
      }
    }
    return Medians.of(nanos) / 1e6;
  }

  /// Images a second of so many threads, each with batches of its own.
  double perSecond(List<float[]> tensors, int batch, int parallel, Duration length)
      throws InterruptedException {
    var inputs = new ArrayList<float[]>();
    for (int i = 0; i < batch; i++) {
      inputs.add(tensors.get(i % tensors.size()));
    }
    long from = System.nanoTime();
    long until = from + length.toNanos();
    var threads = new ArrayList<CompletableFuture<Long>>();
    for (int i = 0; i < parallel; i++) {
      var images = new CompletableFuture<Long>();
      threads.add(images);
      Thread.ofPlatform()
          .start(() -> images.completeAsync(() -> repeat(inputs, until), Runnable::run));
    }
    long images = 0;
    for (var thread : threads) {
      images += thread.join();
    }
    return images / ((System.nanoTime() - from) / 1e9);
  }

  private long repeat(List<float[]> inputs, long until) {
    try (var input = tensor(inputs)) {
      long images = 0;
      while (System.nanoTime() < until) {
        try (var output = run(input)) {
          images += rows(output).length;
        }
      }
      return images;
    } catch (OrtException failure) {
      throw new CompletionException(failure);
    }
  }

  private OnnxTensor tensor(List<float[]> images) throws OrtException {
    int values = images.getFirst().length;
    FloatBuffer floats =
        ByteBuffer.allocateDirect(images.size() * values * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    images.forEach(floats::put);
    long size = encoder.input().height();
    return OnnxTensor.createTensor(
        environment, floats.flip(), new long[] {images.size(), 3, size, size});
  }

  private OrtSession.Result run(OnnxTensor input) throws OrtException {
    return session.run(Map.of(encoder.input().name(), input));
  }

  private static float[][] rows(OrtSession.Result output) throws OrtException {
    return (float[][]) output.get(0).getValue();
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
