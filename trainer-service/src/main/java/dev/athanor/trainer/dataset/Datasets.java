package dev.athanor.trainer.dataset;

import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import dev.athanor.trainer.spec.DatasetReference;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Data sets as the augmentation-service knows them.
@Component
public class Datasets {
  private final AugmentationClient service;

  Datasets(AugmentationClient service) {
    this.service = service;
  }

  private record Page(List<Version> versions, @Nullable Integer next) {}

  private record Version(int version, String state) {}

  /// The version that `reference` names, or the latest that is ready.
  public DatasetFacts find(DatasetReference reference) {
    return find(reference, Kind.UNPROCESSABLE);
  }

  /// Likewise.
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
        service
            .get(
                "/v1/datasets/{name}/versions/{version}",
                DatasetFacts.class,
                reference.name(),
                version)
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

  /// Versions are listed with the oldest first.
  private Optional<Integer> latestReady(String name, Kind missing) {
    Integer latest = null;
    Integer after = 0;
    while (after != null) {
      var page = page(name, after, missing);
      for (var version : page.versions()) {
        if (version.state().equals(DatasetFacts.READY)) {
          latest = version.version();
        }
      }
      after = page.next();
    }
    return Optional.ofNullable(latest);
  }

  private Page page(String name, int after, Kind missing) {
    return service
        .get("/v1/datasets/{name}/versions?limit=1000&after={after}", Page.class, name, after)
        .orElseThrow(
            () ->
                Problem.of(
                    missing,
                    "dataset: %s is not known (expected: the name of an ingested data set)"
                        .formatted(Problem.quote(name))));
  }
}
