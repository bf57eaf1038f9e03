package dev.athanor.learning.objective;

import ai.djl.ndarray.NDArray;
import dev.athanor.learning.layer.Network;
import org.jspecify.annotations.Nullable;

/// What a training step minimises: how many views of a sample it wants, what it puts on top of the
/// representation, and the loss of what comes out there.
public sealed interface Objective permits SimClr, Supervised {

  /// Views of each sample in a batch.
  int views();

  /// Refuses labels that the loss cannot work with; an objective that needs none takes whatever
  /// comes.
  ///
  /// @param labels one a sample, or null where the batch carries none
  /// @throws IllegalArgumentException naming the label
  void check(int @Nullable [] labels);

  /// The network from a representation of length `dimensions` to the outputs that [#loss] judges.
  /// Its parameters' names start with `head.`.
  Network head(int dimensions);

  /// The mean loss of a batch, ().
  ///
  /// @param outputs (views × N, D): all first views, then all second views
  /// @param labels (N), int64, which [#check] let through; null where the batch carries none
  NDArray loss(NDArray outputs, @Nullable NDArray labels);
}
