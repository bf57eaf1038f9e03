package dev.athanor.learning.objective;

import ai.djl.ndarray.NDArray;
import dev.athanor.learning.encoder.ProjectionHead;
import dev.athanor.learning.layer.Network;
import org.jspecify.annotations.Nullable;

/// SimCLR, Chen et al. 2020, https://arxiv.org/abs/2002.05709: two views of an image shall be more
/// alike, after the projection head, than views of different images.
public record SimClr(NtXent contrast, ProjectionHead projection) implements Objective {

  @Override
  public int views() {
    return 2;
  }

  @Override
  public void check(int @Nullable [] labels) {}

  @Override
  public Network head(int dimensions) {
    return projection.network(dimensions);
  }

  @Override
  public NDArray loss(NDArray outputs, @Nullable NDArray labels) {
    return contrast.loss(outputs);
  }
}
