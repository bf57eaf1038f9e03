package dev.athanor.learning.objective;

import ai.djl.ndarray.NDArray;
import dev.athanor.learning.batch.Batch;
import dev.athanor.learning.encoder.Encoder;
import dev.athanor.learning.encoder.ProjectionHead;
import dev.athanor.learning.layer.Parameter;
import java.util.List;

/// SimCLR, Chen et al. 2020, https://arxiv.org/abs/2002.05709: two views of an image shall be more
/// alike, after the projection head, than views of different images.
public record SimClr(NtXent contrast, ProjectionHead projection) implements Objective {

  @Override
  public int views() {
    return 2;
  }

  @Override
  public void check(Batch batch) {}

  @Override
  public List<Parameter> parameters(Encoder encoder) {
    return projection.network(encoder.dimensions()).parameters();
  }

  /// z, (2N, D).
  @Override
  public NDArray outputs(Pass pass) {
    return pass.run(projection.network(pass.encoder().dimensions()), pass.encode());
  }

  @Override
  public NDArray loss(Pass pass) {
    return contrast.loss(outputs(pass));
  }
}
