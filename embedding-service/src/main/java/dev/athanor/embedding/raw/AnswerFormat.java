package dev.athanor.embedding.raw;

import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.util.InvalidMimeTypeException;
import org.springframework.util.MimeTypeUtils;

/// The forms in which vectors are written.
enum AnswerFormat {
  JSON(MediaType.APPLICATION_JSON),
  /// Row after row of little-endian numbers, nothing else.
  BYTES(MediaType.APPLICATION_OCTET_STREAM),
  /// NumPy's file format.
  NPY(MediaType.parseMediaType("application/x-npy"));

  private final MediaType type;

  AnswerFormat(MediaType type) {
    this.type = type;
  }

  MediaType type() {
    return type;
  }

  /// What the caller likes best of these; JSON where it does not say.
  ///
  /// @param accept the header `Accept`
  static AnswerFormat of(@Nullable String accept) {
    if (accept == null || accept.isBlank()) {
      return JSON;
    }
    try {
      var liked = MediaType.parseMediaTypes(accept);
      MimeTypeUtils.sortBySpecificity(liked);
      liked.sort((a, b) -> Double.compare(b.getQualityValue(), a.getQualityValue()));
      return liked.stream()
          .flatMap(like -> first(like).stream())
          .findFirst()
          .orElseThrow(() -> unknown(accept));
    } catch (InvalidMediaTypeException | InvalidMimeTypeException failure) {
      // The latter is thrown for a list of more than 50 types.
      throw unknown(accept);
    }
  }

  private static Optional<AnswerFormat> first(MediaType like) {
    return like.getQualityValue() == 0
        ? Optional.empty()
        : Arrays.stream(values()).filter(format -> like.includes(format.type)).findFirst();
  }

  private static Problem unknown(String accept) {
    return Problem.of(
        Kind.NOT_ACCEPTABLE,
        "Accept: %s (expected: application/json, application/octet-stream or application/x-npy)"
            .formatted(Problem.quote(accept)));
  }
}
