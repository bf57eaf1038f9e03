package dev.athanor.trainer.dataset;

import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import dev.athanor.trainer.spec.DatasetReference;
import java.net.http.HttpClient;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

/// Data sets as the augmentation-service knows them, asked over REST with deadlines.
@Component
@EnableConfigurationProperties(DatasetProperties.class)
public class Datasets {
  private final RestClient rest;
  private final DatasetProperties properties;

  Datasets(DatasetProperties properties) {
    var requests =
        new JdkClientHttpRequestFactory(
            HttpClient.newBuilder().connectTimeout(properties.timeout()).build());
    requests.setReadTimeout(properties.timeout());
    this.rest =
        RestClient.builder().baseUrl(properties.url().toString()).requestFactory(requests).build();
    this.properties = properties;
  }

  private record Versions(List<Version> versions) {}

  private record Version(int version, String state) {}

  /// The version of images that `reference` names, or the latest that is ready.
  public DatasetFacts find(DatasetReference reference) {
    var facts = find(reference, Kind.UNPROCESSABLE);
    if (facts.image() == null) {
      throw Problem.unprocessable(
          "dataset: version %d of %s holds texts (expected: images)"
              .formatted(facts.version(), reference.name()));
    }
    return facts;
  }

  /// The version that `reference` names, or the latest that is ready.
  ///
  /// @param missing what kind of problem it is that there is none
  public DatasetFacts find(DatasetReference reference, Kind missing) {
    int version =
        reference.version() != null
            ? reference.version()
            : latestReady(reference.name(), missing)
                .orElseThrow(
                    () ->
                        Problem.unprocessable(
                            "dataset: %s has no version that is ready (expected: one at least)"
                                .formatted(reference.name())));
    var facts =
        get("/v1/datasets/{name}/versions/{version}", DatasetFacts.class, reference.name(), version)
            .orElseThrow(
                () ->
                    Problem.of(
                        missing,
                        "dataset.version: %s has no version %d (expected: one that exists)"
                            .formatted(reference.name(), version)));
    if (!facts.state().equals(DatasetFacts.READY)) {
      throw Problem.unprocessable(
          "dataset: version %d of %s is %s (expected: READY)"
              .formatted(version, reference.name(), facts.state()));
    }
    return facts;
  }

  private Optional<Integer> latestReady(String name, Kind missing) {
    return get("/v1/datasets/{name}/versions", Versions.class, name)
        .orElseThrow(
            () ->
                Problem.of(
                    missing,
                    "dataset: %s is not known (expected: the name of an ingested data set)"
                        .formatted(Problem.quote(name))))
        .versions()
        .stream()
        .filter(version -> version.state().equals(DatasetFacts.READY))
        .map(Version::version)
        .max(Comparator.naturalOrder());
  }

  private <T> Optional<T> get(String path, Class<T> type, Object... variables) {
    try {
      return Optional.ofNullable(rest.get().uri(path, variables).retrieve().body(type));
    } catch (HttpClientErrorException.NotFound missing) {
      return Optional.empty();
    } catch (ResourceAccessException unreachable) {
      throw unavailable("does not answer", unreachable);
    } catch (RestClientException failure) {
      throw unavailable("answered with an error", failure);
    }
  }

  private Problem unavailable(String what, RestClientException cause) {
    return Problem.of(
        Kind.UNAVAILABLE,
        "the augmentation-service at %s %s: %s"
            .formatted(properties.url(), what, Problem.quote(cause.getMessage())),
        cause);
  }
}
