package dev.athanor.augmentation.stream;

import dev.athanor.contracts.batch.Batch;
import dev.athanor.contracts.batch.BatchRequest;
import dev.athanor.contracts.batch.Failure;

/// What every answer to a request carries back.
final class Answers {
  private Answers() {}

  static Batch.Builder to(BatchRequest request, String build) {
    return Batch.newBuilder()
        .setRunId(request.getRunId())
        .setFence(request.getFence())
        .setAttempt(request.getAttempt())
        .setIndex(request.getIndex())
        .setStream(request.getStream())
        .setAugmenterBuild(build);
  }

  /// A batch that cannot be made, and why.
  static Batch failure(BatchRequest request, String build, String code, String message) {
    return to(request, build)
        .setPart(0)
        .setParts(1)
        .setFailure(Failure.newBuilder().setCode(code).setMessage(message))
        .build();
  }
}
