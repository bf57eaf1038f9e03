package dev.athanor.embedding.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import dev.athanor.embedding.Graphs;
import dev.athanor.embedding.catalogue.Card;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OnnxEncoderTest {
  private final AtomicInteger closed = new AtomicInteger();

  /// A session left behind is native memory that nobody gives back, and a version that cannot be
  /// loaded is tried again and again.
  @Test
  void nothingStaysOfALoadThatFailsInWhateverWay() {
    fails(new OutOfMemoryError("for a test"), OutOfMemoryError.class, "for a test");
    fails(new MalformedModelException("broken"), IOException.class, "model.onnx: broken");
    fails(new IllegalStateException("odd"), IOException.class, "model.onnx: odd");
    fails(new IOException("no file"), IOException.class, "no file");
    assertThat(closed).hasValue(4);
  }

  private void fails(Throwable loading, Class<? extends Throwable> expected, String message) {
    var card = Card.parse(Graphs.card(Graphs.DIMENSIONS));
    assertThatThrownBy(
            () -> OnnxEncoder.load(failing(loading), card, Path.of("model.onnx"), null, 1))
        .isInstanceOf(expected)
        .hasMessage(message);
  }

  private Model failing(Throwable loading) {
    return (Model)
        Proxy.newProxyInstance(
            Model.class.getClassLoader(),
            new Class<?>[] {Model.class},
            (_, method, _) -> {
              if (method.getName().equals("close")) {
                return closed.incrementAndGet();
              }
              throw loading;
            });
  }
}
