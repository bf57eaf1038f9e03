package dev.athanor.trainer.batch;

/// A batch that cannot be had: an augmenter said so, or none answered. The run fails with it.
public final class BatchFailure extends RuntimeException {
  private final String code;

  BatchFailure(String code, String message) {
    super("%s: %s".formatted(code, message));
    this.code = code;
  }

  /// The augmenter's stable word, or `no-answer`.
  public String code() {
    return code;
  }
}
