package dev.athanor.embedding.catalogue;

import dev.athanor.contracts.registry.ModelFile;
import dev.athanor.contracts.registry.ModelState;
import dev.athanor.contracts.registry.ModelVersion;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A model's whole state as its last record gave it, read once: which versions can be served, why
/// the others cannot.
///
/// @param versions those that can be served
/// @param refused the others
record Model(
    String name,
    long revision,
    SortedMap<Integer, EncoderVersion> versions,
    SortedMap<Integer, Refusal> refused,
    SortedMap<String, Integer> aliases) {

  /// Why a version is not served.
  ///
  /// @param pending whether it may be soon
  record Refusal(String why, boolean pending) {}

  private static final String READY = "READY";
  private static final String PENDING = "PENDING";
  private static final String ONNX = "model.onnx";
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  static Model of(ModelState state) {
    var versions = new TreeMap<Integer, EncoderVersion>();
    var refused = new TreeMap<Integer, Refusal>();
    for (var version : state.getVersionsList()) {
      if (!version.getState().equals(READY)) {
        refused.put(version.getVersion(), refusal(version));
        continue;
      }
      try {
        versions.put(version.getVersion(), read(state, version));
      } catch (IllegalArgumentException failure) {
        refused.put(version.getVersion(), new Refusal(String.valueOf(failure.getMessage()), false));
      }
    }
    return new Model(
        state.getName(),
        state.getRevision(),
        versions,
        refused,
        new TreeMap<>(state.getAliasesMap()));
  }

  private static Refusal refusal(ModelVersion version) {
    var reason = version.getReason().isEmpty() ? "" : ": " + version.getReason();
    return new Refusal("it is " + version.getState() + reason, version.getState().equals(PENDING));
  }

  private static EncoderVersion read(ModelState state, ModelVersion version) {
    var card = Card.parse(version.getCardJson());
    return new EncoderVersion(
        state.getName(),
        version.getVersion(),
        Instant.ofEpochMilli(version.getCreatedAtMs()),
        aliasesOf(version.getVersion(), state.getAliasesMap()),
        card,
        version.getCardJson(),
        file(version, ONNX),
        data(state, version),
        card.input() instanceof Card.Tokens ? file(version, Card.Tokens.TOKENIZER) : null,
        version.getMemoryBytes());
  }

  /// Of a version that was made here, which lies under its number; an uploaded one lies elsewhere.
  private static @Nullable PublishedFile data(ModelState state, ModelVersion version) {
    if (find(version, EncoderVersion.DATA).isEmpty()) {
      return null;
    }
    if (!version.getPrefix().equals("%s/%d/".formatted(state.getName(), version.getVersion()))) {
      throw new IllegalArgumentException(
          "files: %s (expected: only of a version that a run or an import made)"
              .formatted(EncoderVersion.DATA));
    }
    return file(version, EncoderVersion.DATA);
  }

  private static Optional<ModelFile> find(ModelVersion version, String name) {
    return version.getFilesList().stream().filter(file -> file.getName().equals(name)).findFirst();
  }

  private static PublishedFile file(ModelVersion version, String name) {
    var found =
        find(version, name)
            .orElseThrow(
                () -> new IllegalArgumentException("files: %s is missing".formatted(name)));
    if (!SHA256.matcher(found.getSha256()).matches()) {
      throw new IllegalArgumentException(
          "files: %s: sha256 (expected: 64 hexadecimal digits)".formatted(name));
    }
    return new PublishedFile(version.getPrefix() + name, found.getBytes(), found.getSha256());
  }

  private static List<String> aliasesOf(int version, Map<String, Integer> aliases) {
    return aliases.entrySet().stream()
        .filter(alias -> alias.getValue() == version)
        .map(Map.Entry::getKey)
        .sorted()
        .collect(Collectors.toUnmodifiableList());
  }
}
