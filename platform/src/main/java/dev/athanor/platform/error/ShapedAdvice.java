package dev.athanor.platform.error;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import tools.jackson.core.JacksonException;

/// Renders every error of some controllers in the shape of the protocol that they speak. An advice
/// for them extends it, with a higher precedence than that of problem details.
///
/// @param <B> the body of an error
public abstract class ShapedAdvice<B> {
  private static final Logger log = LoggerFactory.getLogger(ShapedAdvice.class);

  protected abstract B body(Kind kind, String message);

  @ExceptionHandler(Problem.class)
  ResponseEntity<B> problem(Problem problem) {
    if (problem.kind() == Kind.INTERNAL) {
      log.error("internal problem", problem);
    }
    var answer =
        ResponseEntity.status(problem.kind().httpStatus()).contentType(MediaType.APPLICATION_JSON);
    problem
        .retryAfter()
        .ifPresent(
            wait ->
                answer.header(
                    HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, wait.toSeconds()))));
    return answer.body(body(problem.kind(), String.valueOf(problem.getMessage())));
  }

  @ExceptionHandler({HttpMessageNotReadableException.class, JacksonException.class})
  ResponseEntity<B> unreadable(Exception failure) {
    return problem(Problem.of(Kind.BAD_REQUEST, JsonErrors.describe(failure), failure));
  }

  /// What the framework itself refuses keeps its status.
  @ExceptionHandler(Exception.class)
  ResponseEntity<B> unexpected(Exception failure) {
    if (failure instanceof ErrorResponse refused) {
      return ResponseEntity.status(refused.getStatusCode())
          .headers(refused.getHeaders())
          .contentType(MediaType.APPLICATION_JSON)
          .body(body(Kind.BAD_REQUEST, String.valueOf(refused.getBody().getDetail())));
    }
    log.error("a request failed", failure);
    return ResponseEntity.internalServerError()
        .contentType(MediaType.APPLICATION_JSON)
        .body(body(Kind.INTERNAL, "the service failed on this request; its log says why"));
  }
}
