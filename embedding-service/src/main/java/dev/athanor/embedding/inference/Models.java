package dev.athanor.embedding.inference;

import dev.athanor.embedding.catalogue.Catalogue;
import dev.athanor.embedding.catalogue.EncoderVersion;
import dev.athanor.embedding.catalogue.ModelReference;
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
  private final String serverVersion;

  Models(Catalogue catalogue, @Value("${spring.application.version:unreleased}") String version) {
    this.catalogue = catalogue;
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

  String serverVersion() {
    return serverVersion;
  }
}
