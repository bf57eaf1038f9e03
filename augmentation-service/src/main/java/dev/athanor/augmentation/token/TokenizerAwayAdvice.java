package dev.athanor.augmentation.token;

import dev.athanor.platform.error.ErrorShape;
import dev.athanor.platform.error.Kind;
import dev.athanor.preprocessing.tokenizer.TokenizerAwayException;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/// A tokenizer that is away is a 503, on every route that needs one. Work in the background knows
/// the exception itself as one after which it is tried again.
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
class TokenizerAwayAdvice {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  @ExceptionHandler(TokenizerAwayException.class)
  ResponseEntity<Object> away(TokenizerAwayException away, HttpServletRequest request) {
    var shape = ErrorShape.of(request);
    return ResponseEntity.status(Kind.UNAVAILABLE.httpStatus())
        .contentType(shape.type())
        .header(HttpHeaders.RETRY_AFTER, Long.toString(RETRY_AFTER.toSeconds()))
        .body(shape.body(Kind.UNAVAILABLE, away.getMessage()));
  }
}
