package dev.athanor.embedding.raw;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.athanor.platform.error.Problem;
import tools.jackson.databind.json.JsonMapper;

/// Texts and tokens as a raw body: plain, a JSON list, lines of JSON.
public final class RawTextsFuzz {
  private static final JsonMapper JSON = JsonMapper.shared();

  private RawTextsFuzz() {}

  public static void fuzzerTestOneInput(FuzzedDataProvider data) {
    int which = data.consumeInt(0, 2);
    var body = data.consumeRemainingAsBytes();
    try {
      var texts =
          switch (which) {
            case 0 -> RawTexts.plain(body, null, true);
            case 1 -> RawTexts.json(JSON, body, true);
            default -> RawTexts.lines(JSON, body, true);
          };
      if (!texts.several() && texts.inputs().size() != 1) {
        throw new IllegalStateException(
            "inputs: %d (expected: one)".formatted(texts.inputs().size()));
      }
    } catch (Problem refused) {
      if (refused.kind().httpStatus() >= 500) {
        throw refused;
      }
    }
  }
}
