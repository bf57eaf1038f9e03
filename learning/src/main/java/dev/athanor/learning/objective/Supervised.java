package dev.athanor.learning.objective;

import ai.djl.ndarray.NDArray;
import dev.athanor.learning.batch.Batch;
import dev.athanor.learning.encoder.Encoder;
import dev.athanor.learning.layer.Network;
import dev.athanor.learning.layer.Parameter;
import dev.athanor.learning.layer.Wiring;
import java.util.List;
import java.util.Objects;

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
  public void check(Batch batch) {
    var labels = batch.labels();
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
  public List<Parameter> parameters(Encoder encoder) {
    return head(encoder).parameters();
  }

  /// Logits, (N, classes).
  @Override
  public NDArray outputs(Pass pass) {
    return pass.run(head(pass.encoder()), pass.encode());
  }

  @Override
  public NDArray loss(Pass pass) {
    return loss(outputs(pass), Objects.requireNonNull(pass.input().labels(), "labels"));
  }

  /// @param logits (N, classes)
  /// @param labels (N), int64
  NDArray loss(NDArray logits, NDArray labels) {
    return CrossEntropy.mean(logits, labels);
  }

  private Network head(Encoder encoder) {
    var net = new Wiring(encoder.dimensions());
    return net.finish(net.linear("head.linear", net.input(), classes, true));
  }
}
