package dev.athanor.gateway.upstream;

import java.util.Arrays;
import java.util.Optional;

/// A service behind the gateway.
public enum Upstream {
  AUGMENTATION("augmentation-service"),
  TRAINER("trainer-service"),
  EMBEDDING("embedding-service"),
  PROMPT("prompt-service");

  private final String service;

  Upstream(String service) {
    this.service = service;
  }

  /// The service's name, as its folder, its image and its log lines spell it.
  public String service() {
    return service;
  }

  public static Optional<Upstream> named(String service) {
    return Arrays.stream(values()).filter(upstream -> upstream.service.equals(service)).findFirst();
  }
}
