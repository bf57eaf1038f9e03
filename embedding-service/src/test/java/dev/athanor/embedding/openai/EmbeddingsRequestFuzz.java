package dev.athanor.embedding.openai;

import dev.athanor.embedding.catalogue.FuzzedCards;
import dev.athanor.platform.error.Problem;
import tools.jackson.databind.json.JsonMapper;

/// OpenAI's body: its JSON, data URIs, base64.
public final class EmbeddingsRequestFuzz {
  private static final JsonMapper json = JsonMapper.shared();

  private EmbeddingsRequestFuzz() {}

  public static void fuzzerTestOneInput(byte[] body) {
    try {
      var request = EmbeddingsRequest.parse(json, body);
      request.form();
      int dimensions = request.shape(32).apply(new float[1][32])[0].length;
      if (dimensions < 1 || dimensions > 32) {
        throw new IllegalStateException(dimensions + " dimensions (expected: 1 to 32)");
      }
      for (var card : FuzzedCards.BOTH) {
        request.inputs(card);
      }
    } catch (Problem refused) {
      if (refused.kind().httpStatus() >= 500) {
        throw refused;
      }
    }
  }
}
