package dev.athanor.embedding.inference;

import dev.athanor.embedding.catalogue.Catalogue;
import dev.athanor.embedding.catalogue.EncoderVersion;
import dev.athanor.embedding.catalogue.ModelReference;
import dev.athanor.embedding.encoder.EncoderShelf;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/// What both forms of the protocol say about the server and its models.
@Component
final class Models {
  static final String SERVER = "athanor";
  static final List<String> EXTENSIONS = List.of("binary_tensor_data");

  private final Catalogue catalogue;
  private final EncoderShelf shelf;
  private final String serverVersion;

  Models(
      Catalogue catalogue,
      EncoderShelf shelf,
      @Value("${spring.application.version:unreleased}") String version) {
    this.catalogue = catalogue;
    this.shelf = shelf;
    this.serverVersion = version;
  }

  /// @param version empty or null: the one that the name leads to
  EncoderVersion resolve(String name, @Nullable String version) {
    return catalogue.resolve(
        version == null || version.isEmpty()
            ? ModelReference.parse(name)
            : new ModelReference(name, version));
  }

  List<String> versions(EncoderVersion of) {
    return catalogue.versions(of.name()).stream()
        .map(version -> Integer.toString(version.version()))
        .toList();
  }

  boolean ready() {
    return catalogue.complete();
  }

  /// Whether a version can be expected to answer: it is in memory, or will be fetched for its first
  /// caller. One that could not be loaded is not ready until a later caller gets it.
  boolean ready(EncoderVersion version) {
    return !shelf.failed(version);
  }

  String serverVersion() {
    return serverVersion;
  }
}
