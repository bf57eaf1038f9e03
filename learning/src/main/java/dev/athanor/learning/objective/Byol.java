package dev.athanor.learning.objective;

import ai.djl.ndarray.NDArray;
import dev.athanor.learning.batch.Batch;
import dev.athanor.learning.encoder.Encoder;
import dev.athanor.learning.encoder.ProjectionHead;
import dev.athanor.learning.engine.Scalars;
import dev.athanor.learning.engine.Torch;
import dev.athanor.learning.layer.Network;
import dev.athanor.learning.layer.Parameter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// BYOL, Grill et al. 2020, https://arxiv.org/abs/2006.07733: the online network predicts, from one
/// view of an image, what its own slowly moving average makes of the other view. There are no
/// negatives.
///
/// Encoder and projector have a target; the predictor, of the projector's architecture (section
/// 3.3), exists online only. Both views go through a network in one batch, so batch normalisation
/// sees 2N of them.
///
/// Without `predictor` the projections themselves are compared. Without `movingAverage` the target
/// is the online network as it is, its gradient stopped (Chen and He 2021,
/// https://arxiv.org/abs/2011.10566, figure 1). Without both nothing keeps the representation from
/// collapsing: the two options are there to show that.
///
/// @param base τ_base of the target's momentum; the paper's 0.996 suits runs of 10⁵ steps and more
public record Byol(ProjectionHead projection, boolean predictor, boolean movingAverage, double base)
    implements Objective {

  private static final String PREDICTOR = "predictor";

  public Byol {
    if (!(base >= 0 && base <= 1)) {
      throw new IllegalArgumentException("base: %s (expected: >= 0 and <= 1)".formatted(base));
    }
  }

  /// The mean over the samples of both directions' ‖q̄ - z̄′‖², q̄ and z̄′ at unit length, equation
  /// 2 and its symmetric counterpart: from 0 to 8.
  ///
  /// @param predictions q (2N, D): row i and row N + i are the two views of sample i
  /// @param targets z′ (2N, D), in the same order, without gradient
  static NDArray loss(NDArray predictions, NDArray targets) {
    var q = predictions.normalize(2, 1); // (2N, D)
    var z = otherView(targets).normalize(2, 1); // (2N, D)
    var cosines = q.mul(z).sum(new int[] {1}); // (2N)
    return Scalars.times(cosines.mean(), -4).add(4); // two directions of 2 - 2 cos each, ()
  }

  /// Row i becomes row N + i and the other way round.
  private static NDArray otherView(NDArray rows) {
    var shape = rows.getShape();
    return rows.reshape(2, shape.get(0) / 2, shape.get(1)).flip(0).reshape(shape);
  }

  @Override
  public int views() {
    return 2;
  }

  @Override
  public void check(Batch batch) {}

  @Override
  public List<Parameter> parameters(Encoder encoder) {
    var projector = projector(encoder).parameters();
    return predictor
        ? Stream.concat(projector.stream(), predicting().parameters().stream()).toList()
        : projector;
  }

  @Override
  public Optional<MovingAverage> target(Encoder encoder) {
    var followed =
        Stream.concat(encoder.parameters().stream(), projector(encoder).parameters().stream());
    return movingAverage
        ? Optional.of(new MovingAverage(followed.toList(), base))
        : Optional.empty();
  }

  /// The projections z, (2N, D): what is predicted from, and what the target's are like.
  @Override
  public NDArray outputs(Pass pass) {
    return pass.run(projector(pass.encoder()), pass.encode());
  }

  @Override
  public Optional<NDArray> compared(Pass pass) {
    return Optional.of(outputs(pass));
  }

  @Override
  public NDArray loss(Pass pass) {
    var z = outputs(pass); // (2N, D)
    var q = predictor ? pass.run(predicting(), z) : z; // (2N, D)
    var targets =
        movingAverage
            ? Torch.withoutGradient(() -> outputs(pass.throughTarget()))
            : z.stopGradient();
    return loss(q, targets);
  }

  private Network projector(Encoder encoder) {
    return projection.network(encoder.dimensions());
  }

  private Network predicting() {
    return projection.network(PREDICTOR, projection.output());
  }
}
