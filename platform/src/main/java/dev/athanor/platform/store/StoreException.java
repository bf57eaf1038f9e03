package dev.athanor.platform.store;

import io.minio.errors.ErrorResponseException;

/// The object store did not do what it was asked; the message names the bucket and the key.
public final class StoreException extends RuntimeException {
  public StoreException(String bucket, String key, Throwable cause) {
    super("object store: %s/%s: %s".formatted(bucket, key, cause.getMessage()), cause);
  }

  /// Whether the store was there and said no, as it would again: the object is missing, the key is
  /// wrong. Otherwise it was not reached, broke off or failed.
  public boolean refused() {
    return getCause() instanceof ErrorResponseException answer && answer.response().code() < 500;
  }
}
