package dev.athanor.embedding.trial;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// What the process that tries leaves behind when it gets to its end.
///
/// @param reason of a rejection; null where all is well
/// @param figures null where there is a reason
record TrialReport(@Nullable String reason, @Nullable Figures figures) {
  static final String FILE = "report.json";

  private static final int LARGEST_BYTES = 64 << 10;
  private static final JsonMapper json = JsonMapper.shared();

  void write(Path folder) throws IOException {
    Files.write(folder.resolve(FILE), json.writeValueAsBytes(this));
  }

  /// The report, or null where there is none that can be read.
  static @Nullable TrialReport read(Path folder) throws IOException {
    var file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return null;
    }
    try (InputStream stream = Files.newInputStream(file)) {
      var report = json.readValue(stream.readNBytes(LARGEST_BYTES), TrialReport.class);
      return report.reason == null && report.figures == null ? null : report;
    } catch (JacksonException unreadable) {
      return null;
    }
  }
}
