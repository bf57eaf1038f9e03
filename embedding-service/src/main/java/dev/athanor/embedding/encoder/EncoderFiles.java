package dev.athanor.embedding.encoder;

import dev.athanor.embedding.catalogue.PublishedFile;
import dev.athanor.platform.store.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Models' files on the local disk, each named by its SHA-256 and verified whenever it is asked
/// for, so that neither a broken download nor a broken disk can change a vector.
final class EncoderFiles {
  private static final String BUCKET = "athanor-models";

  private final ObjectStore store;
  private final Path folder;

  EncoderFiles(ObjectStore store, Path folder) {
    this.store = store;
    this.folder = folder;
  }

  /// The verified file, fetched where it is not there or not whole.
  ///
  /// @throws IOException when what the store holds is not what the registry published
  Path fetch(PublishedFile published) throws IOException {
    var file = file(published);
    if (Files.exists(file)) {
      try (var stream = Files.newInputStream(file)) {
        if (hash(stream, OutputStream.nullOutputStream()).equals(published.sha256())) {
          return file;
        }
      }
    }
    Files.createDirectories(folder);
    var partial = Files.createTempFile(folder, "fetch-", ".partial");
    try {
      download(published, partial);
      return Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  /// With the ending that the file has in the store, which is the registry's and no caller's.
  private Path file(PublishedFile published) {
    var ending = published.key().substring(published.key().lastIndexOf('.'));
    return folder.resolve(published.sha256() + ending);
  }

  private void download(PublishedFile published, Path into) throws IOException {
    try (var stream = store.open(BUCKET, published.key());
        var file = Files.newOutputStream(into)) {
      var found = hash(stream, file);
      if (!found.equals(published.sha256())) {
        throw new IOException(
            "%s/%s: SHA-256 %s (expected: %s)"
                .formatted(BUCKET, published.key(), found, published.sha256()));
      }
    }
  }

  private static String hash(InputStream from, OutputStream into) throws IOException {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      new DigestInputStream(from, digest).transferTo(into);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java has SHA-256", missing);
    }
  }
}
