package dev.athanor.learning.encoder;

import ai.djl.ndarray.NDArray;
import dev.athanor.learning.batch.Batch;
import dev.athanor.learning.batch.Input;
import dev.athanor.learning.layer.Parameter;
import dev.athanor.learning.layer.Weights;
import java.util.List;

/// The network that a run is for: it turns an input into the representation h that is published.
public sealed interface Encoder permits ImageEncoder, TextEncoder {

  /// Length of the representation h.
  int dimensions();

  /// Every parameter and statistic, in the order of the layers.
  List<Parameter> parameters();

  /// Refuses a batch that this network cannot read.
  ///
  /// @throws IllegalArgumentException naming the offender
  void check(Batch batch);

  /// The representations of all views, (views × N, dimensions).
  ///
  /// @param weights hold this encoder's parameters, perhaps among others
  /// @param training whether batch normalisation uses, and remembers, the batch's own statistics
  NDArray represent(Input input, Weights weights, boolean training);
}
