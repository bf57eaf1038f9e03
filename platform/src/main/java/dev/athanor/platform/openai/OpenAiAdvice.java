package dev.athanor.platform.openai;

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
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import tools.jackson.core.JacksonException;

/// Renders the errors of controllers that are [OpenAiShaped].
@RestControllerAdvice(annotations = OpenAiShaped.class)
@Order(Ordered.HIGHEST_PRECEDENCE)
class OpenAiAdvice {
  private static final Logger log = LoggerFactory.getLogger(OpenAiAdvice.class);

  @ExceptionHandler(Problem.class)
  ResponseEntity<OpenAiError> problem(Problem problem) {
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
    return answer.body(OpenAiError.of(problem));
  }

  @ExceptionHandler({HttpMessageNotReadableException.class, JacksonException.class})
  ResponseEntity<OpenAiError> unreadable(Exception failure) {
    return problem(Problem.of(Kind.BAD_REQUEST, JsonErrors.describe(failure), failure));
  }

  /// What the framework itself refuses keeps its status.
  @ExceptionHandler(Exception.class)
  ResponseEntity<OpenAiError> unexpected(Exception failure) {
    if (failure instanceof ErrorResponse refused) {
      return ResponseEntity.status(refused.getStatusCode())
          .headers(refused.getHeaders())
          .contentType(MediaType.APPLICATION_JSON)
          .body(OpenAiError.of(Kind.BAD_REQUEST, String.valueOf(refused.getBody().getDetail())));
    }
    log.error("a request failed", failure);
    return ResponseEntity.internalServerError()
        .contentType(MediaType.APPLICATION_JSON)
        .body(
            OpenAiError.of(Kind.INTERNAL, "the service failed on this request; its log says why"));
  }
}
