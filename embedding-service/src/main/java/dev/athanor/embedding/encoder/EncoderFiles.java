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
/// for, so that neither a broken download nor a broken disk can change a vector. A graph whose
/// weights lie in a file beside it has a folder with the two. Several processes may share all that.
final class EncoderFiles {
  private static final Pattern OURS =
      Pattern.compile("[0-9a-f]{64}[.].*|[0-9a-f]{64}-[0-9a-f]{64}|fetch-.*[.]partial");

  private static final String GRAPH = "model.onnx";

  private final ObjectStore store;
  private final Path folder;
  private final Clock clock;

  EncoderFiles(ObjectStore store, Path folder, Clock clock) {
    this.store = store;
    this.folder = folder;
    this.clock = clock;
  }

  /// The verified `model.onnx`, fetched where it is not there or not whole, and beside it likewise
  /// the file in which its weights lie, if they do not lie in it.
  ///
  /// @throws IOException when what the store holds is not what the registry published
  Path fetchModel(EncoderVersion version) throws IOException {
    var data = version.data();
    if (data == null) {
      return fetch(version.model());
    }
    var together = model(version);
    fetch(data, together.resolve(EncoderVersion.DATA));
    var graph = fetch(version.model(), together.resolve(GRAPH));
    touch(together);
    return graph;
  }

  /// The verified file, fetched where it is not there or not whole.
  ///
  /// @throws IOException when what the store holds is not what the registry published
  Path fetch(PublishedFile published) throws IOException {
    return fetch(published, file(published));
  }

  private Path fetch(PublishedFile published, Path file) throws IOException {
    if (Files.exists(file) && Sha256.hex(file).equals(published.sha256())) {
      touch(file);
      return file;
    }
    Files.createDirectories(file.getParent());
    var partial = Files.createTempFile(folder, "fetch-", ".partial");
    try {
      store.fetch(PublishedFile.BUCKET, published.key(), published.sha256(), partial);
      return Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  /// Who retains less must not take it for an old one just now.
  private void touch(Path entry) throws IOException {
    Files.setLastModifiedTime(entry, FileTime.from(clock.instant()));
  }

  /// Deletes the files that none of `served` names and that nobody has asked for lately, and what
  /// fetches have left behind.
  void retain(Collection<EncoderVersion> served) {
    var named =
        served.stream()
            .flatMap(
                version ->
                    Stream.concat(
                        Stream.of(model(version)),
                        Stream.ofNullable(version.tokenizer()).map(this::file)))
            .collect(Collectors.toSet());
    Leftovers.clear(
        folder,
        name -> OURS.matcher(name).matches() && !named.contains(folder.resolve(name)),
        clock.instant());
  }

  /// The graph, or the folder with it and its weights. Two models may have the same graph, and
  /// one's weights another graph.
  private Path model(EncoderVersion version) {
    var data = version.data();
    return data == null
        ? file(version.model())
        : folder.resolve(version.model().sha256() + "-" + data.sha256());
  }

  /// With the ending that the file has in the store, which is the registry's and no caller's.
  private Path file(PublishedFile published) {
    var ending = published.key().substring(published.key().lastIndexOf('.'));
    return folder.resolve(published.sha256() + ending);
  }
}
