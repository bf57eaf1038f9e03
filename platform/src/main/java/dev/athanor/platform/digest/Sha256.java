package dev.athanor.platform.digest;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// SHA-256, and in hexadecimal where it is written.
public final class Sha256 {
  private Sha256() {}

  public static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  public static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(digest().digest(bytes));
  }

  /// Of the text's bytes in UTF-8.
  public static String hex(String text) {
    return hex(text.getBytes(StandardCharsets.UTF_8));
  }

  public static String hex(Path file) throws IOException {
    try (var stream = Files.newInputStream(file)) {
      return copy(stream, OutputStream.nullOutputStream());
    }
  }

  /// Of what passed through `digest`, which is empty again afterwards.
  public static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  /// Copies everything and returns the digest of it.
  public static String copy(InputStream from, OutputStream to) throws IOException {
    var digest = digest();
    from.transferTo(new DigestOutputStream(to, digest));
    return hex(digest);
  }
}
