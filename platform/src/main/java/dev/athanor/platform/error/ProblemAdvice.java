package dev.athanor.platform.error;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.multipart.MultipartException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/// Renders every error as RFC 9457 problem details. A service with routes of another shape
/// (OpenAI's error object) adds an advice of its own for those controllers with a higher
/// precedence.
@RestControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE - 10)
class ProblemAdvice extends ResponseEntityExceptionHandler {
  private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);

  @ExceptionHandler(Problem.class)
  ResponseEntity<ProblemDetail> problem(Problem problem) {
    var headers = new HttpHeaders();
    headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
    problem
        .retryAfter()
        .ifPresent(
            wait ->
                headers.set(HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, wait.toSeconds()))));
    if (problem.kind() == Kind.INTERNAL) {
      log.error("internal problem", problem);
    }
    return new ResponseEntity<>(
        detail(problem.kind(), problem.getMessage()), headers, problem.kind().httpStatus());
  }

  /// A form that cannot be taken apart, or has too many parts.
  @ExceptionHandler(MultipartException.class)
  ResponseEntity<ProblemDetail> brokenForm(MultipartException failure) {
    log.debug("a form was refused", failure);
    return ResponseEntity.badRequest()
        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
        .body(
            detail(
                Kind.BAD_REQUEST,
                "form: broken or of too many parts (expected: a whole multipart form)"));
  }

  /// A body that breaks off in the middle cannot become a problem any more: what is written now
  /// would only make it look whole. Thrown on, the failure makes the server cut the connection.
  @ExceptionHandler(Exception.class)
  ResponseEntity<ProblemDetail> unexpected(
      Exception failure, HttpServletRequest request, HttpServletResponse response)
      throws Exception {
    if (response.isCommitted()) {
      throw failure;
    }
    log.error("{} {} failed", request.getMethod(), Problem.quote(request.getRequestURI()), failure);
    return ResponseEntity.internalServerError()
        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
        .body(detail(Kind.INTERNAL, "the service failed on this request; its log says why"));
  }

  /// Names the field and the reason, where the framework would say only "failed to read request".
  @Override
  protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(
      HttpMessageNotReadableException failure,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof Problem problem) {
        return new ResponseEntity<>(
            detail(problem.kind(), problem.getMessage()), headers, problem.kind().httpStatus());
      }
    }
    var why = JsonErrors.describe(failure);
    return new ResponseEntity<>(
        detail(Kind.BAD_REQUEST, why), headers, Kind.BAD_REQUEST.httpStatus());
  }

  private static ProblemDetail detail(Kind kind, @Nullable String message) {
    return ProblemDetail.forStatusAndDetail(
        HttpStatusCode.valueOf(kind.httpStatus()), message == null ? "" : message);
  }
}
