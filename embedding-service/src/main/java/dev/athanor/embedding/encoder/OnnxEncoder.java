package dev.athanor.embedding.encoder;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import dev.athanor.embedding.catalogue.Card;
import dev.athanor.preprocessing.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A frozen encoder in ONNX Runtime. Many threads may encode at once: the session allows it, and
/// each call takes a predictor that no other call has. Native memory is given back when it is
/// closed and the last call has ended, in whatever order.
public final class OnnxEncoder implements Encoder, AutoCloseable {
  static final String ENGINE = "OnnxRuntime";

  private static final float TOLERANCE = 1e-4f;

  private final Card card;
  private final Model model;
  private final @Nullable Tokenizer tokenizer;
  private final Queue<Predictor<NDList, NDList>> idle = new ConcurrentLinkedQueue<>();

  /// Calls under way, and one more until it is closed; at 0 it is gone.
  private final AtomicInteger users = new AtomicInteger(1);

  private final AtomicBoolean closed = new AtomicBoolean();

  private OnnxEncoder(Card card, Model model, @Nullable Tokenizer tokenizer) {
    this.card = card;
    this.model = model;
    this.tokenizer = tokenizer;
  }

  /// Loads the file, and encodes black images, or texts of unequal length, alone and in company,
  /// which warms the runtime up and finds a graph that does not do what its card says now, and not
  /// by a caller.
  ///
  /// @param tokenizer of texts; null where the card's input is images
  /// @param threads of one forward pass
  /// @throws IOException when the file is no model that ONNX Runtime can run as the card says
  public static OnnxEncoder load(
      Card card, Path file, @Nullable Tokenizer tokenizer, int threads, Device device)
      throws IOException {
    return load(
        Model.newInstance(file.getFileName().toString(), device, ENGINE),
        card,
        file,
        tokenizer,
        threads);
  }

  /// @param model closed again, whatever keeps it from being loaded
  static OnnxEncoder load(
      Model model, Card card, Path file, @Nullable Tokenizer tokenizer, int threads)
      throws IOException {
    boolean loaded = false;
    try {
      model.load(
          file,
          null,
          Map.of("intraOpNumThreads", Integer.toString(threads), "interOpNumThreads", "1"));
      var encoder = new OnnxEncoder(card, model, tokenizer);
      encoder.check();
      loaded = true;
      return encoder;
    } catch (MalformedModelException | RuntimeException failure) {
      throw new IOException("model.onnx: " + failure.getMessage(), failure);
    } finally {
      if (!loaded) { // also for want of memory: it is tried again
        model.close();
      }
    }
  }

  private void check() {
    var probes = Probes.of(card.input(), tokenizer);
    var together = encode(probes.company());
    for (int i = 0; i < together.length; i++) {
      var alone = encode(probes.company().subList(i, i + 1))[0];
      for (int d = 0; d < alone.length; d++) {
        if (!(Math.abs(together[i][d] - alone[d]) <= TOLERANCE * (1 + Math.abs(alone[d])))) {
          throw new IllegalStateException(
              "output %s: %s in a batch, %s alone (expected: the same finite number)"
                  .formatted(card.output().name(), together[i][d], alone[d]));
        }
      }
    }
    encode(List.of(probes.longest()));
  }

  /// What makes ids of texts; null where the encoder reads images.
  @Nullable Tokenizer tokenizer() {
    return tokenizer;
  }

  @Override
  public float[][] encode(List<? extends Prepared> inputs) {
    enter();
    try {
      return infer(inputs);
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

  private float[][] infer(List<? extends Prepared> inputs) {
    var predictor = idle.poll();
    if (predictor == null) {
      predictor = model.newPredictor(new NoopTranslator());
    }
    try (var manager = model.getNDManager().newSubManager()) {
      var output = predictor.predict(Feed.of(card.input(), inputs, manager));
      output.attach(manager);
      return Vectors.of(card.output(), embedding(output), inputs);
    } catch (TranslateException failure) {
      throw new IllegalStateException("ONNX Runtime: " + failure.getMessage(), failure);
    } finally {
      idle.add(predictor);
    }
  }

  private NDArray embedding(NDList output) {
    var name = card.output().name();
    return output.stream()
        .filter(array -> name.equals(array.getName()))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "the graph has no output %s (the card says so)".formatted(name)));
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      leave();
    }
  }
}
