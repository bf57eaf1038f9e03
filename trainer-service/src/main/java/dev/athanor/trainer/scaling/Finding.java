package dev.athanor.trainer.scaling;

import dev.athanor.learning.encoder.CausalTransformer;
import dev.athanor.learning.scaling.Observation;
import dev.athanor.trainer.run.Run;
import dev.athanor.trainer.run.RunState;
import dev.athanor.trainer.spec.ClmSpec;
import java.util.Objects;
import java.util.Optional;

/// What a finished run of a causal language model adds to a study.
///
/// @param parameters all of them, embeddings included: N
/// @param tokens that it was trained to predict, repetitions included: D
/// @param loss on the test split, in nats a token
record Finding(String run, long parameters, long tokens, double loss) {
  private static final String LOSS = "heldout.loss";

  /// Empty where the run has not succeeded, is of another kind, or has no text held out.
  static Optional<Finding> of(Run run) {
    var loss = run.figures().get(LOSS);
    if (run.state() != RunState.SUCCEEDED
        || !(run.spec().objective() instanceof ClmSpec)
        || loss == null
        || !(loss > 0)) {
      return Optional.empty();
    }
    var input = run.input().tokens();
    var transformer = (CausalTransformer) run.spec().encoder().network(input);
    var parameters = transformer.languageModel().elements();
    var steps = Objects.requireNonNull(run.plan(), "a run that succeeded has a plan").steps();
    return Optional.of(
        new Finding(run.id(), parameters, steps * run.spec().batch() * input.context(), loss));
  }

  Observation observation() {
    return new Observation(parameters, tokens, loss);
  }
}
