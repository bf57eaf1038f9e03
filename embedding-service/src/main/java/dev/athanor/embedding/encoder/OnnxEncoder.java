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

/// A frozen encoder in ONNX Runtime. Many threads may encode at once: the session allows it, and
/// each call takes a predictor that no other call has. [#close] only when no call is under way.
final class OnnxEncoder implements Encoder, AutoCloseable {
  private static final String ENGINE = "OnnxRuntime";

  private final Card card;
  private final Model model;
  private final Queue<Predictor<NDList, NDList>> idle = new ConcurrentLinkedQueue<>();

  private OnnxEncoder(Card card, Model model) {
    this.card = card;
    this.model = model;
  }

  /// Loads the file and encodes one black image, so that a graph that does not do what its card
  /// says is found now and not by a caller.
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
      encoder.encode(new float[card.input().values()], 1);
      return encoder;
    } catch (MalformedModelException | RuntimeException failure) {
      model.close();
      throw new IOException("model.onnx: " + failure.getMessage(), failure);
    } catch (IOException failure) {
      model.close();
      throw failure;
    }
  }

  @Override
  public float[][] encode(float[] pixels, int count) {
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
    idle.forEach(Predictor::close);
    model.close();
  }
}
