package dev.athanor.augmentation.format;

import dev.athanor.platform.error.Problem;
import java.io.IOException;
import java.util.List;

/// An uploaded file from its first bytes to its last sample, whatever format they make it.
public final class FormatsFuzz {
  private static final Limits limits =
      new Limits(200, 1 << 20, 8 << 20, 1 << 20, 1 << 16, 10_000, 1 << 13);

  private FormatsFuzz() {}

  public static void fuzzerTestOneInput(byte[] file) throws IOException {
    try {
      new Formats(limits)
          .detect(List.of(new StagedFile(null, new Uploaded("upload", file))), Columns.DEFAULT)
          .read(sample -> sample.source().read());
    } catch (Problem refused) {
      if (refused.kind().httpStatus() >= 500) {
        throw refused;
      }
    }
  }
}
