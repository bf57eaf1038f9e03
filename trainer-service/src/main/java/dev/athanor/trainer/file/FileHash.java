package dev.athanor.trainer.file;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// SHA-256 of what passes by.
public final class FileHash {
  private FileHash() {}

  /// Copies everything and returns the SHA-256 of it in hexadecimal.
  public static String copy(InputStream from, OutputStream to) throws IOException {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      from.transferTo(new DigestOutputStream(to, digest));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }

  public static String of(InputStream from) throws IOException {
    return copy(from, OutputStream.nullOutputStream());
  }
}
