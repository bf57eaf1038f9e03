package dev.athanor.gateway.route;

import dev.athanor.platform.error.Problem;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/// Says what there is, where the framework would say only that this is not.
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
class UnknownPathAdvice {
  @ExceptionHandler(NoResourceFoundException.class)
  ProblemDetail unknown(HttpServletRequest request) {
    return ProblemDetail.forStatusAndDetail(
        HttpStatus.NOT_FOUND,
        "path: %s (expected: one that GET /v3/api-docs/{service} lists; services: GET /v1/status)"
            .formatted(Problem.quote(request.getRequestURI())));
  }
}
