package dev.athanor.learning.objective;

import ai.djl.ndarray.NDArray;
import dev.athanor.learning.batch.Batch;
import dev.athanor.learning.encoder.Encoder;
import dev.athanor.learning.layer.Parameter;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a training step minimises: how many views of a sample it wants, which networks it trains
/// beside the encoder, and the loss of what comes out of them.
///
/// An objective is a record of numbers. Weights, the target that follows them, and the step that
/// random numbers are drawn for come with each [Pass].
public sealed interface Objective
    permits Byol, CausalLanguageModel, MaskedLanguageModel, SimClr, Supervised, Vae {

  /// Views of each sample in a batch.
  int views();

  /// Refuses what the loss cannot work with, such as labels that it does not know; an objective
  /// that needs none takes whatever comes.
  ///
  /// @throws IllegalArgumentException naming the offender
  void check(Batch batch);

  /// Whether a batch that [#check] let through has anything to learn from. Where it has not, it has
  /// no loss, and nothing moves.
  default boolean learnsFrom(Batch batch) {
    return true;
  }

  /// Every parameter and statistic of the networks that are trained on top of `encoder` and thrown
  /// away afterwards. None is named as one of the encoder's.
  List<Parameter> parameters(Encoder encoder);

  /// What is published: `encoder` itself, or where the representation lies beyond it, the encoder
  /// that goes on to there with parameters of both.
  default Encoder published(Encoder encoder) {
    return encoder;
  }

  /// The slowly moving copy of some parameters that the loss looks at, where it does.
  default Optional<MovingAverage> target(Encoder encoder) {
    return Optional.empty();
  }

  /// What comes out at the end of the online networks, before the loss: (views × N, …).
  NDArray outputs(Pass pass);

  /// The embeddings (views × N, D) that the loss compares, where they lie beyond what is published.
  /// When they collapse, neither the loss nor the published representations need to show it.
  default Optional<NDArray> compared(Pass pass) {
    return Optional.empty();
  }

  /// The mean loss of a batch, (), that [#check] let through and that is [learnt
  /// from][#learnsFrom].
  NDArray loss(Pass pass);

  /// Figures of a batch, by name, that tell more than the loss does.
  default SortedMap<String, Double> figures(Pass pass) {
    return new TreeMap<>();
  }
}
