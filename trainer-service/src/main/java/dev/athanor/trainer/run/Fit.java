package dev.athanor.trainer.run;

import dev.athanor.platform.error.Problem;
import dev.athanor.trainer.dataset.DatasetFacts;
import dev.athanor.trainer.spec.Medium;
import dev.athanor.trainer.spec.PublishedEncoder;
import dev.athanor.trainer.spec.RunInput;
import dev.athanor.trainer.spec.RunSpec;
import dev.athanor.trainer.spec.SupervisedSpec;
import dev.athanor.trainer.spec.TextObjectiveSpec;
import org.jspecify.annotations.Nullable;

/// Whether a spec, its data set and the encoder that it goes on from can make a run together.
final class Fit {
  private Fit() {}

  /// @throws Problem naming what does not fit
  static void check(RunSpec spec, DatasetFacts dataset, @Nullable PublishedEncoder parent) {
    int samples = samples(spec, dataset);
    boolean packed = spec.objective() instanceof TextObjectiveSpec text && text.packed();
    if (!packed && spec.batch() > samples) {
      throw Problem.unprocessable(
          "batch: %d (expected: <= %d, the training samples of %s version %d)"
              .formatted(spec.batch(), samples, dataset.dataset(), dataset.version()));
    }
    var input = dataset.input(spec, parent);
    try {
      spec.encoder().network(input);
      spec.objective().objective(input, dataset.classes().size());
    } catch (IllegalArgumentException size) {
      throw Problem.unprocessable(
          (spec.medium() == Medium.IMAGES ? "augmentation." : "text.") + size.getMessage());
    }
    if (parent != null) {
      checkParent(spec, parent, input);
    }
  }

  /// How many samples the run trains on.
  private static int samples(RunSpec spec, DatasetFacts dataset) {
    if (!(spec.objective() instanceof SupervisedSpec supervised)) {
      return dataset.split("train").samples();
    }
    int labelled = dataset.split("train").labelled();
    if (dataset.classes().size() < 2 || labelled == 0) {
      throw Problem.unprocessable(
          "dataset: %s version %d has %d classes and %d labelled training samples (expected: two and one at least, for supervised training)"
              .formatted(dataset.dataset(), dataset.version(), dataset.classes().size(), labelled));
    }
    try {
      return supervised.share().count(labelled, dataset.classes().size());
    } catch (IllegalArgumentException many) {
      throw Problem.unprocessable("objective." + many.getMessage());
    }
  }

  private static void checkParent(RunSpec spec, PublishedEncoder parent, RunInput input) {
    if (spec.encoder().network(input).parameters().equals(parent.network().parameters())) {
      return;
    }
    throw Problem.unprocessable(
        switch (input) {
          case RunInput.Pixels pixels ->
              "augmentation.size: %d (expected: %d, which the weights of %s are for)"
                  .formatted(pixels.size(), parent.images().size(), parent.reference());
          case RunInput.Tokens tokens ->
              "text.context: %d (expected: %d, which the weights of %s are for)"
                  .formatted(tokens.context(), parent.texts().context(), parent.reference());
        });
  }
}
