package dev.athanor.embedding.trial;

import java.util.List;

/// A version to be tried, as the registry hands it out.
///
/// @param fence that the verdict has to name
/// @param attempt from 1
/// @param prefix of its objects in the bucket
record Candidate(
    String model,
    int version,
    long fence,
    int attempt,
    String prefix,
    String card,
    List<File> files) {

  /// A file of the version.
  record File(String name, long bytes, String sha256) {}

  /// `name@version`.
  String id() {
    return model + "@" + version;
  }
}
