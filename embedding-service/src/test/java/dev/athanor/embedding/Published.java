package dev.athanor.embedding;

import com.google.common.hash.Hashing;
import dev.athanor.contracts.registry.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A version as the registry knows it: its files, and what it says of them.
///
/// @param folder where the files are
/// @param files as they were when they were registered
public record Published(
    Path folder, String name, int version, String cardJson, List<ModelFile> files) {

  /// What is in the folder now.
  public static Published of(
      Path folder, String name, int version, String cardJson, String... names) throws IOException {
    var files = new ArrayList<ModelFile>();
    for (var file : names) {
      var bytes = Files.readAllBytes(folder.resolve(file));
      files.add(
          ModelFile.newBuilder()
              .setName(file)
              .setBytes(bytes.length)
              .setSha256(Hashing.sha256().hashBytes(bytes).toString())
              .build());
    }
    return new Published(folder, name, version, cardJson, files);
  }
}
