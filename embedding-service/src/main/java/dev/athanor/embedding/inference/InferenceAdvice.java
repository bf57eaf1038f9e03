package dev.athanor.embedding.inference;

import dev.athanor.platform.error.JsonErrors;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import tools.jackson.core.JacksonException;

/// Renders the errors of controllers that are [InferenceShaped].
@RestControllerAdvice(annotations = InferenceShaped.class)
@Order(Ordered.HIGHEST_PRECEDENCE)
class InferenceAdvice {
  private static final Logger log = LoggerFactory.getLogger(InferenceAdvice.class);

  record Failure(String error) {}

  @ExceptionHandler(Problem.class)
  ResponseEntity<Failure> problem(Problem problem) {
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
    return answer.body(new Failure(problem.getMessage()));
  }

  @ExceptionHandler(JacksonException.class)
  ResponseEntity<Failure> unreadable(JacksonException failure) {
    return problem(Problem.of(Kind.BAD_REQUEST, JsonErrors.describe(failure), failure));
  }

  /// What the framework itself refuses keeps its status.
  @ExceptionHandler(Exception.class)
  ResponseEntity<Failure> unexpected(Exception failure) {
    if (failure instanceof ErrorResponse refused) {
      return ResponseEntity.status(refused.getStatusCode())
          .headers(refused.getHeaders())
          .contentType(MediaType.APPLICATION_JSON)
          .body(new Failure(String.valueOf(refused.getBody().getDetail())));
    }
    log.error("a request failed", failure);
    return ResponseEntity.internalServerError()
        .contentType(MediaType.APPLICATION_JSON)
        .body(new Failure("the service failed on this request; its log says why"));
  }
}
