package dev.athanor.learning.objective;

import ai.djl.ndarray.NDArray;
import dev.athanor.learning.layer.Network;
import dev.athanor.learning.layer.Wiring;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Plain classification with a linear head: the baseline that a frozen encoder is compared with,
/// trained from scratch on the labelled samples alone.
///
/// @param classes labels run from 0 to `classes - 1`
public record Supervised(int classes) implements Objective {

  public Supervised {
    if (classes < 2) {
      throw new IllegalArgumentException("classes: %d (expected: >= 2)".formatted(classes));
    }
  }

  @Override
  public int views() {
    return 1;
  }

  @Override
  public void check(int @Nullable [] labels) {
    if (labels == null) {
      throw new IllegalArgumentException("labels: none (expected: one a sample)");
    }
    for (var label : labels) {
      if (label < 0 || label >= classes) {
        throw new IllegalArgumentException(
            "labels: %d (expected: from 0 to %d)".formatted(label, classes - 1));
      }
    }
  }

  @Override
  public Network head(int dimensions) {
    var net = new Wiring(dimensions);
    return net.finish(net.linear("head.linear", net.input(), classes, true));
  }

  @Override
  public NDArray loss(NDArray outputs, @Nullable NDArray labels) {
    return CrossEntropy.mean(outputs, Objects.requireNonNull(labels, "labels"));
  }
}
