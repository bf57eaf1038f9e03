package dev.athanor.platform.store;

/// The object store did not do what it was asked; the message names the bucket and the key.
public final class StoreException extends RuntimeException {
  public StoreException(String bucket, String key, Throwable cause) {
    super("object store: %s/%s: %s".formatted(bucket, key, cause.getMessage()), cause);
  }
}
