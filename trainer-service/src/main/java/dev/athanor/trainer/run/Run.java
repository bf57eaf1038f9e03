package dev.athanor.trainer.run;

import dev.athanor.contracts.batch.Selection;
import dev.athanor.learning.batch.Normalisation;
import dev.athanor.learning.encoder.Encoder;
import dev.athanor.learning.evaluation.HealthyBand;
import dev.athanor.learning.objective.Objective;
import dev.athanor.trainer.dataset.DatasetFacts;
import dev.athanor.trainer.spec.PublishedEncoder;
import dev.athanor.trainer.spec.RunInput;
import dev.athanor.trainer.spec.RunSpec;
import dev.athanor.trainer.spec.SupervisedSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A run as its rows say.
///
/// @param reason why it is in its state; null where that needs no saying
/// @param parent the published encoder that it goes on from; null where its weights were random
/// @param plan null until it starts
/// @param alarm of the newest evaluation; null where its figures were healthy
/// @param figures the newest of each kind
/// @param bands where those of collapse among them lie while all is well
/// @param sweep that it is a cell of; null where it is none's
public record Run(
    String id,
    RunState state,
    @Nullable String reason,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    RunSpec spec,
    DatasetFacts dataset,
    @Nullable PublishedEncoder parent,
    @Nullable Plan plan,
    @Nullable Progress progress,
    Map<String, Double> figures,
    Map<String, HealthyBand> bands,
    List<Verdict> table,
    @Nullable Alarm alarm,
    @Nullable PublishedModel model,
    @Nullable String sweep) {

  /// The newest figures, and the lines of the table under names of their own.
  public SortedMap<String, Double> metrics() {
    var metrics = new TreeMap<>(figures);
    table.forEach(verdict -> metrics.put(verdict.figure(), verdict.accuracy()));
    return metrics;
  }

  /// What its networks read.
  public RunInput input() {
    return dataset.input(spec, parent);
  }

  public Encoder encoder() {
    return spec.encoder().network(input());
  }

  /// What the run is for: the encoder whose output is the representation h.
  public Encoder published() {
    return objective().published(encoder());
  }

  public Objective objective() {
    return spec.objective().objective(input(), dataset.classes().size());
  }

  /// Of its views' pixels; none for texts. What an encoder was trained with stays with it.
  public @Nullable Normalisation normalisation() {
    if (parent != null) {
      return parent.normalisation();
    }
    return switch (input()) {
      case RunInput.Pixels _ -> new Normalisation(dataset.mean(), dataset.std());
      case RunInput.Tokens _ -> null;
    };
  }

  /// The samples that it trains on; null for the whole split.
  public @Nullable Selection selection() {
    int count = trainingSamples();
    return count == dataset.split("train").samples()
        ? null
        : Selection.newBuilder().setCount(count).setSeed(spec.seed()).setBalanced(true).build();
  }

  /// How many these are.
  public int trainingSamples() {
    return spec.objective() instanceof SupervisedSpec supervised
        ? supervised.share().count(dataset.split("train").labelled(), dataset.classes().size())
        : dataset.split("train").samples();
  }

  /// The model version that a run published.
  public record PublishedModel(String name, int version) {}
}
