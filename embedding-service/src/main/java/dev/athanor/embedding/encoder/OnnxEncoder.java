package dev.athanor.embedding.encoder;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import dev.athanor.embedding.catalogue.Card;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// A frozen encoder in ONNX Runtime. Many threads may encode at once: the session allows it, and
/// each call takes a predictor that no other call has. Native memory is given back when it is
/// closed and the last call has ended, in whatever order.
final class OnnxEncoder implements Encoder, AutoCloseable {
  private static final String ENGINE = "OnnxRuntime";

  /// So many images are encoded together when a model is checked.
  private static final int COMPANY = 3;

  private static final float TOLERANCE = 1e-4f;

  private final Card card;
  private final Model model;
  private final Queue<Predictor<NDList, NDList>> idle = new ConcurrentLinkedQueue<>();

  /// Calls under way, and one more until it is closed; at 0 it is gone.
  private final AtomicInteger users = new AtomicInteger(1);

  private final AtomicBoolean closed = new AtomicBoolean();

  private OnnxEncoder(Card card, Model model) {
    this.card = card;
    this.model = model;
  }

  /// Loads the file, and encodes black images alone and in company, which warms the runtime up and
  /// finds a graph that does not do what its card says now, and not by a caller.
  ///
  /// @throws IOException when the file is no model that ONNX Runtime can run as the card says
  static OnnxEncoder load(Card card, Path file, int threads) throws IOException {
    var model = Model.newInstance(file.getFileName().toString(), ENGINE);
    try {
      model.load(
          file,
          null,
          Map.of("intraOpNumThreads", Integer.toString(threads), "interOpNumThreads", "1"));
      var encoder = new OnnxEncoder(card, model);
      encoder.check();
      return encoder;
    } catch (MalformedModelException | RuntimeException failure) {
      model.close();
      throw new IOException("model.onnx: " + failure.getMessage(), failure);
    } catch (IOException failure) {
      model.close();
      throw failure;
    }
  }

  private void check() {
    int values = card.input().values();
    var alone = encode(new float[values], 1)[0];
    for (var row : encode(new float[COMPANY * values], COMPANY)) {
      for (int d = 0; d < alone.length; d++) {
        if (!(Math.abs(row[d] - alone[d]) <= TOLERANCE * (1 + Math.abs(alone[d])))) {
          throw new IllegalStateException(
              "output %s: %s in a batch, %s alone (expected: the same finite number)"
                  .formatted(card.outputName(), row[d], alone[d]));
        }
      }
    }
  }

  @Override
  public float[][] encode(float[] pixels, int count) {
    enter();
    try {
      return infer(pixels, count);
    } finally {
      leave();
    }
  }

  private void enter() {
    if (users.getAndUpdate(now -> now == 0 ? 0 : now + 1) == 0) {
      throw new IllegalStateException("the encoder is closed (expected: open)");
    }
  }

  private void leave() {
    if (users.decrementAndGet() == 0) {
      idle.forEach(Predictor::close);
      model.close();
    }
  }

  private float[][] infer(float[] pixels, int count) {
    var input = card.input();
    var predictor = idle.poll();
    if (predictor == null) {
      predictor = model.newPredictor(new NoopTranslator());
    }
    try (var manager = model.getNDManager().newSubManager()) {
      var shape = new Shape(count, input.channels(), input.height(), input.width());
      var tensor = manager.create(FloatBuffer.wrap(pixels, 0, count * input.values()), shape);
      tensor.setName(card.inputName());
      var output = predictor.predict(new NDList(tensor)); // (count, D)
      output.attach(manager);
      return rows(output, count);
    } catch (TranslateException failure) {
      throw new IllegalStateException("ONNX Runtime: " + failure.getMessage(), failure);
    } finally {
      idle.add(predictor);
    }
  }

  private float[][] rows(NDList output, int count) {
    int dimensions = card.dimensions();
    var embedding =
        output.stream()
            .filter(array -> card.outputName().equals(array.getName()))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "the graph has no output %s (the card says so)"
                            .formatted(card.outputName())));
    var expected = new Shape(count, dimensions);
    if (!embedding.getShape().equals(expected)) {
      throw new IllegalStateException(
          "output %s: shape %s (expected: %s)"
              .formatted(card.outputName(), embedding.getShape(), expected));
    }
    var flat = embedding.toFloatArray();
    var rows = new float[count][dimensions];
    for (int i = 0; i < count; i++) {
      System.arraycopy(flat, i * dimensions, rows[i], 0, dimensions);
    }
    return rows;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      leave();
    }
  }
}
