package dev.athanor.embedding.raw;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.athanor.embedding.catalogue.ModelReference;
import dev.athanor.platform.error.Problem;

/// What the raw form reads besides the image: the model, `Accept`, `dtype`.
public final class RawHeadersFuzz {
  private RawHeadersFuzz() {}

  public static void fuzzerTestOneInput(FuzzedDataProvider data) {
    int which = data.consumeInt(0, 2);
    var sent = data.consumeRemainingAsString();
    try {
      switch (which) {
        case 0 -> AnswerFormat.of(sent);
        case 1 -> NumberType.parse(sent);
        default -> ModelReference.parse(sent);
      }
    } catch (Problem refused) {
      if (refused.kind().httpStatus() >= 500) {
        throw refused;
      }
    }
  }
}
