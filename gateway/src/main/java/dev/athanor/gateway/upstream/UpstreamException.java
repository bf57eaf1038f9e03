package dev.athanor.gateway.upstream;

/// A service did not answer a question of the gateway's own, or not sensibly. The message says what
/// happened, without the service's address.
public final class UpstreamException extends Exception {
  UpstreamException(String message, Throwable cause) {
    super(message, cause);
  }

  UpstreamException(String message) {
    super(message);
  }
}
