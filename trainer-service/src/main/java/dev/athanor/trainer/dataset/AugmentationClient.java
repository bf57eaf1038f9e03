package dev.athanor.trainer.dataset;

import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import java.net.http.HttpClient;
import java.util.Optional;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.http.MediaType;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

/// The augmentation-service over REST, with deadlines.
@Component
@EnableConfigurationProperties(DatasetProperties.class)
class AugmentationClient {
  private final RestClient rest;
  private final DatasetProperties properties;

  AugmentationClient(DatasetProperties properties) {
    var requests =
        new JdkClientHttpRequestFactory(
            HttpClient.newBuilder().connectTimeout(properties.timeout()).build());
    requests.setReadTimeout(properties.timeout());
    this.rest =
        RestClient.builder().baseUrl(properties.url().toString()).requestFactory(requests).build();
    this.properties = properties;
  }

  /// Empty where there is no such thing.
  ///
  /// @throws Problem (unavailable) where no answer can be had
  <T> Optional<T> get(String path, Class<T> type, Object... variables) {
    try {
      return Optional.ofNullable(rest.get().uri(path, variables).retrieve().body(type));
    } catch (HttpClientErrorException.NotFound missing) {
      return Optional.empty();
    } catch (RestClientException failure) {
      throw unavailable(failure);
    }
  }

  /// Empty where there is no such thing.
  ///
  /// @throws Problem (unprocessable) in the service's own words where it refuses, or (unavailable)
  ///   where no answer can be had
  <T> Optional<T> post(String path, Object body, Class<T> type, Object... variables) {
    try {
      return Optional.ofNullable(
          rest.post()
              .uri(path, variables)
              .contentType(MediaType.APPLICATION_JSON)
              .body(body)
              .retrieve()
              .body(type));
    } catch (HttpClientErrorException.NotFound missing) {
      return Optional.empty();
    } catch (HttpClientErrorException.TooManyRequests busy) {
      throw unavailable(busy);
    } catch (HttpClientErrorException refused) {
      throw Problem.of(Kind.UNPROCESSABLE, words(refused), refused);
    } catch (RestClientException failure) {
      throw unavailable(failure);
    }
  }

  private record Refusal(String detail) {}

  private static String words(HttpClientErrorException refused) {
    var refusal = refused.getResponseBodyAs(Refusal.class);
    return refusal == null ? String.valueOf(refused.getMessage()) : refusal.detail();
  }

  private Problem unavailable(RestClientException cause) {
    return Problem.of(
        Kind.UNAVAILABLE,
        "the augmentation-service at %s %s: %s"
            .formatted(
                properties.url(),
                cause instanceof ResourceAccessException
                    ? "does not answer"
                    : "answered with an error",
                Problem.quote(cause.getMessage())),
        cause);
  }
}
