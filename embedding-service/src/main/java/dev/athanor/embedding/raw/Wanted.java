package dev.athanor.embedding.raw;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/// The answer that a caller asks for.
///
/// @param several whether JSON holds a list of vectors, also of one
record Wanted(AnswerFormat format, NumberType type, boolean several) {
  static Wanted of(HttpServletRequest request, @Nullable String dtype, boolean several) {
    return new Wanted(
        AnswerFormat.of(request.getHeader("Accept")), NumberType.parse(dtype), several);
  }
}
