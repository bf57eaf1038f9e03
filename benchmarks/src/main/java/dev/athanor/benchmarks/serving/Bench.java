package dev.athanor.benchmarks.serving;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/// What all parts of a run share.
///
/// @param heavy costs some milliseconds an image
/// @param small is the demo's encoder: ResNet-10 of width 16
/// @param data a folder that goes when the run has ended
record Bench(
    Path project,
    Path data,
    ServedPlatform platform,
    Published heavy,
    Published small,
    Pictures pictures,
    Report report,
    int rounds) {
  /// Questions that are open at a time where the service is to have all it can do: two batches
  /// under way, and two more that wait.
  static final int SATURATING = 128;

  static final Duration WARM_UP = Duration.ofSeconds(2);
  static final Duration ROUND = Duration.ofSeconds(12);

  Way grpc(Published encoder) {
    return GrpcWay.images(
        platform.grpcPort(), encoder.name(), pictures.files(), encoder.dimensions());
  }

  Way raw(Published encoder) {
    return HttpWay.raw(platform.root(), encoder.name(), pictures.files(), encoder.dimensions());
  }

  Way json(Published encoder) {
    return HttpWay.json(
        platform.root().resolve("/v1/models/" + encoder.name() + "/embed"), pictures.files());
  }

  Way tensors(Published encoder) {
    return GrpcWay.tensors(
        platform.grpcPort(),
        encoder.name(),
        pictures.tensors(),
        encoder.input().height(),
        encoder.dimensions());
  }

  /// Vectors a second with as much as the service takes.
  double capacity(Way way) throws InterruptedException {
    return checked(ClosedLoop.run(way, SATURATING, WARM_UP, ROUND)).vectorsPerSecond();
  }

  /// A load in which nothing failed or was refused.
  static Load checked(Load load) {
    if (load.failed() + load.refused() > 0) {
      throw new IllegalStateException(
          "%d calls failed and %d were refused (expected: none)"
              .formatted(load.failed(), load.refused()));
    }
    return load;
  }

  double queued() throws IOException, InterruptedException {
    return platform.metric("athanor_embedding_queue_length");
  }
}
