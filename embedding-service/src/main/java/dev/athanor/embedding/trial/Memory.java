package dev.athanor.embedding.trial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What Linux says of this process's memory.
final class Memory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private Memory() {}

  /// Bytes in memory now.
  static long resident() throws IOException {
    return read("VmRSS:");
  }

  /// The most bytes that were in memory at any time.
  static long largest() throws IOException {
    return read("VmHWM:");
  }

  private static long read(String field) throws IOException {
    try (var lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith(field))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow(() -> new IOException("%s: no %s".formatted(STATUS, field)));
    }
  }
}
