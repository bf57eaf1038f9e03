package dev.athanor.embedding.encoder;

import dev.athanor.embedding.catalogue.EncoderVersion;
import dev.athanor.embedding.catalogue.PublishedFile;
import dev.athanor.embedding.leftover.Leftovers;
import dev.athanor.platform.digest.Sha256;
import dev.athanor.platform.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.Collection;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Models' files on the local disk, each named by its SHA-256 and verified whenever it is asked
/// for, so that neither a broken download nor a broken disk can change a vector. Several processes
/// may share the folder.
final class EncoderFiles {
  private static final Pattern OURS = Pattern.compile("[0-9a-f]{64}[.].*|fetch-.*[.]partial");

  private final ObjectStore store;
  private final Path folder;
  private final Clock clock;

  EncoderFiles(ObjectStore store, Path folder, Clock clock) {
    this.store = store;
    this.folder = folder;
    this.clock = clock;
  }

  /// The verified file, fetched where it is not there or not whole.
  ///
  /// @throws IOException when what the store holds is not what the registry published
  Path fetch(PublishedFile published) throws IOException {
    var file = file(published);
    if (Files.exists(file) && Sha256.hex(file).equals(published.sha256())) {
      // Who retains less must not take it for an old one just now.
      Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
      return file;
    }
    Files.createDirectories(folder);
    var partial = Files.createTempFile(folder, "fetch-", ".partial");
    try {
      store.fetch(PublishedFile.BUCKET, published.key(), published.sha256(), partial);
      return Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  /// Deletes the files that none of `served` names and that nobody has asked for lately, and what
  /// fetches have left behind.
  void retain(Collection<EncoderVersion> served) {
    var named =
        served.stream()
            .flatMap(
                version ->
                    Stream.concat(
                        Stream.of(version.model()), Stream.ofNullable(version.tokenizer())))
            .map(this::file)
            .collect(Collectors.toSet());
    Leftovers.clear(
        folder,
        name -> OURS.matcher(name).matches() && !named.contains(folder.resolve(name)),
        clock.instant());
  }

  /// With the ending that the file has in the store, which is the registry's and no caller's.
  private Path file(PublishedFile published) {
    var ending = published.key().substring(published.key().lastIndexOf('.'));
    return folder.resolve(published.sha256() + ending);
  }
}
