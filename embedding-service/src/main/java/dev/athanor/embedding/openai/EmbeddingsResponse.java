package dev.athanor.embedding.openai;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;

/// OpenAI's answer. The usage counts the tokens that were embedded; images have none.
record EmbeddingsResponse(String object, List<Item> data, String model, Usage usage) {

  /// @param embedding a list of numbers, or base64 of little-endian float32
  record Item(String object, int index, Object embedding) {}

  record Usage(
      @JsonProperty("prompt_tokens") int promptTokens,
      @JsonProperty("total_tokens") int totalTokens) {}

  /// @param tokens that were embedded
  static EmbeddingsResponse of(
      String model, float[][] rows, EmbeddingsRequest.Form form, int tokens) {
    var items =
        IntStream.range(0, rows.length)
            .mapToObj(i -> new Item("embedding", i, written(rows[i], form)))
            .toList();
    return new EmbeddingsResponse("list", items, model, new Usage(tokens, tokens));
  }

  private static Object written(float[] row, EmbeddingsRequest.Form form) {
    return switch (form) {
      case FLOAT -> row;
      case BASE64 -> base64(row);
    };
  }

  private static String base64(float[] row) {
    var bytes = ByteBuffer.allocate(row.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(row);
    return Base64.getEncoder().encodeToString(bytes.array());
  }
}
