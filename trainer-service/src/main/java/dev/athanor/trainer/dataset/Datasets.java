package dev.athanor.trainer.dataset;

import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import dev.athanor.trainer.spec.DatasetReference;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/// Data sets as the augmentation-service knows them.
@Component
public class Datasets {
  private final AugmentationClient service;

  Datasets(AugmentationClient service) {
    this.service = service;
  }

  private record Versions(List<Version> versions) {}

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

  private Optional<Integer> latestReady(String name, Kind missing) {
    return service
        .get("/v1/datasets/{name}/versions", Versions.class, name)
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
}
