package dev.athanor.gateway.upstream;

import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/// Where the services listen and how long the gateway waits for them.
///
/// @param connectTimeout for a connection to a service
/// @param silenceTimeout how long a service that was asked something may do nothing at all: neither
///   take another piece of the request's body, nor begin its answer, nor send another piece of it
/// @param probeTimeout for the gateway's own small questions (health, models)
@ConfigurationProperties("athanor.gateway")
public record UpstreamProperties(
    URI augmentation,
    URI trainer,
    URI embedding,
    URI prompt,
    Duration connectTimeout,
    Duration silenceTimeout,
    Duration probeTimeout) {

  public UpstreamProperties {
    requireAddress("athanor.gateway.augmentation", augmentation);
    requireAddress("athanor.gateway.trainer", trainer);
    requireAddress("athanor.gateway.embedding", embedding);
    requireAddress("athanor.gateway.prompt", prompt);
    requirePositive("athanor.gateway.connect-timeout", connectTimeout);
    requirePositive("athanor.gateway.silence-timeout", silenceTimeout);
    requirePositive("athanor.gateway.probe-timeout", probeTimeout);
  }

  public URI address(Upstream upstream) {
    return switch (upstream) {
      case AUGMENTATION -> augmentation;
      case TRAINER -> trainer;
      case EMBEDDING -> embedding;
      case PROMPT -> prompt;
    };
  }

  private static void requireAddress(String name, URI address) {
    var web = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
    var bare = address.getRawPath().isEmpty() || address.getRawPath().equals("/");
    if (!web || address.getHost() == null || !bare || address.getRawQuery() != null) {
      throw new IllegalArgumentException(
          "%s: %s (expected: http://host:port)".formatted(name, address));
    }
  }

  private static void requirePositive(String name, Duration duration) {
    if (!duration.isPositive()) {
      throw new IllegalArgumentException("%s: %s (expected: > 0)".formatted(name, duration));
    }
  }
}
