package dev.athanor.client;

import dev.athanor.contracts.embedding.Model;
import java.time.Instant;
import java.util.List;

/// A version of a model that the service can answer with.
///
/// @param aliases that lead to it
/// @param cardJson the whole card: inputs and their preprocessing, output, objective, lineage
public record ServedModel(
    String name,
    int version,
    int dimensions,
    List<String> aliases,
    String cardJson,
    Instant createdAt) {
  public ServedModel {
    aliases = List.copyOf(aliases);
  }

  static ServedModel of(Model model) {
    return new ServedModel(
        model.getName(),
        model.getVersion(),
        model.getDimensions(),
        model.getAliasesList(),
        model.getCardJson(),
        Instant.ofEpochMilli(model.getCreatedAtMs()));
  }

  /// `name@3`: this version, wherever aliases move.
  public String id() {
    return name + "@" + version;
  }
}
