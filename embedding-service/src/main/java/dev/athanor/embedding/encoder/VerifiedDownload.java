package dev.athanor.embedding.encoder;

import dev.athanor.platform.store.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Fetches what the registry published, and nothing else.
public final class VerifiedDownload {
  static final String BUCKET = "athanor-models";

  private VerifiedDownload() {}

  /// @param sha256 that the object must have
  /// @throws IOException when what the store holds is not what the registry published
  public static void download(ObjectStore store, String key, String sha256, Path into)
      throws IOException {
    try (var stream = store.open(BUCKET, key);
        var file = Files.newOutputStream(into)) {
      var found = hash(stream, file);
      if (!found.equals(sha256)) {
        throw new IOException(
            "%s/%s: SHA-256 %s (expected: %s)".formatted(BUCKET, key, found, sha256));
      }
    }
  }

  static String hash(InputStream from, OutputStream into) throws IOException {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      new DigestInputStream(from, digest).transferTo(into);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java has SHA-256", missing);
    }
  }
}
