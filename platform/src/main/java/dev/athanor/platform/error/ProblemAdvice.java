package dev.athanor.platform.error;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.multipart.MultipartException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/// Renders every error in the [ErrorShape] of its path.
@RestControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE - 10)
class ProblemAdvice extends ResponseEntityExceptionHandler {
  private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);
  private static final Duration OUTAGE_RETRY_AFTER = Duration.ofSeconds(2);

  @ExceptionHandler(Problem.class)
  ResponseEntity<Object> problem(Problem problem, HttpServletRequest request) {
    if (problem.kind() == Kind.INTERNAL) {
      log.error("internal problem", problem);
    }
    var shape = ErrorShape.of(request);
    var answer = ResponseEntity.status(problem.kind().httpStatus()).contentType(shape.type());
    problem
        .retryAfter()
        .ifPresent(
            wait ->
                answer.header(
                    HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, wait.toSeconds()))));
    return answer.body(shape.body(problem.kind(), problem.getMessage()));
  }

  /// A form that cannot be taken apart, or has too many parts.
  @ExceptionHandler(MultipartException.class)
  ResponseEntity<Object> brokenForm(MultipartException failure, HttpServletRequest request) {
    log.debug("a form was refused", failure);
    return problem(
        Problem.badRequest("form: broken or of too many parts (expected: a whole multipart form)"),
        request);
  }

  /// A body that breaks off in the middle cannot become a problem any more: what is written now
  /// would only make it look whole. Thrown on, the failure makes the server cut the connection.
  @ExceptionHandler(Exception.class)
  ResponseEntity<Object> unexpected(
      Exception failure, HttpServletRequest request, HttpServletResponse response)
      throws Exception {
    if (response.isCommitted()) {
      throw failure;
    }
    var uri = Problem.quote(request.getRequestURI());
    var away = Outage.behind(failure);
    if (away.isPresent()) {
      log.warn("{} {}: {} did not answer", request.getMethod(), uri, away.get(), failure);
      return problem(
          Problem.unavailable(
              "service: %s did not answer (expected: another try)".formatted(away.get()),
              OUTAGE_RETRY_AFTER),
          request);
    }
    log.error("{} {} failed", request.getMethod(), uri, failure);
    var shape = ErrorShape.of(request);
    return ResponseEntity.internalServerError()
        .contentType(shape.type())
        .body(shape.body(Kind.INTERNAL, "the service failed on this request; its log says why"));
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
        return problem(problem, servlet(request));
      }
    }
    return problem(Problem.badRequest(JsonErrors.describe(failure)), servlet(request));
  }

  /// Names the types that the path takes, where the framework would say only what it does not.
  @Override
  protected @Nullable ResponseEntity<Object> handleHttpMediaTypeNotSupported(
      HttpMediaTypeNotSupportedException failure,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    failure
        .getBody()
        .setDetail(
            "Content-Type: %s (expected: one of %s)"
                .formatted(
                    Problem.quote(servlet(request).getContentType()),
                    failure.getSupportedMediaTypes().stream().distinct().toList()));
    return super.handleHttpMediaTypeNotSupported(failure, headers, status, request);
  }

  /// What the framework itself refuses keeps its status and its headers.
  @Override
  protected ResponseEntity<Object> createResponseEntity(
      @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
    var shape = ErrorShape.of(servlet(request));
    var shaped =
        shape != ErrorShape.PROBLEM && body instanceof ProblemDetail refusal
            ? shape.body(kind(status), String.valueOf(refusal.getDetail()))
            : body;
    return ResponseEntity.status(status).headers(headers).contentType(shape.type()).body(shaped);
  }

  private static Kind kind(HttpStatusCode status) {
    return Arrays.stream(Kind.values())
        .filter(kind -> kind.httpStatus() == status.value())
        .findFirst()
        .orElse(status.is4xxClientError() ? Kind.BAD_REQUEST : Kind.INTERNAL);
  }

  private static HttpServletRequest servlet(WebRequest request) {
    return ((ServletWebRequest) request).getRequest();
  }
}
