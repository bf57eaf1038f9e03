package dev.athanor.trainer.run;

import dev.athanor.contracts.batch.Selection;
import dev.athanor.learning.batch.Normalisation;
import dev.athanor.learning.encoder.ImageEncoder;
import dev.athanor.learning.objective.Objective;
import dev.athanor.trainer.dataset.DatasetFacts;
import dev.athanor.trainer.spec.PublishedEncoder;
import dev.athanor.trainer.spec.RunSpec;
import dev.athanor.trainer.spec.SupervisedSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A run as its rows say.
///
/// @param reason why it is in its state; null where that needs no saying
/// @param parent the published encoder that it goes on from; null where its weights were random
/// @param plan null until it starts
/// @param alarm of the newest evaluation; null where its figures were healthy
/// @param figures the newest of each kind
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
    List<Verdict> table,
    @Nullable Alarm alarm,
    @Nullable PublishedModel model) {

  /// Of its views: those that its parent reads, where it has one; else the images' own.
  public int channels() {
    return parent == null ? dataset.image().channels() : parent.channels();
  }

  /// Of its views' pixels. What an encoder was trained with stays with it.
  public Normalisation normalisation() {
    return parent == null
        ? new Normalisation(dataset.mean(), dataset.std())
        : parent.normalisation();
  }

  public ImageEncoder encoder() {
    return spec.encoder().network(channels(), spec.viewSize());
  }

  public Objective objective() {
    return spec.objective().objective(channels(), spec.viewSize(), dataset.classes().size());
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
