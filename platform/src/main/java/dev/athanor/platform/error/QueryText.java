package dev.athanor.platform.error;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import org.springframework.web.servlet.HandlerInterceptor;

/// Refuses a query parameter with U+0000 in it, which no database takes as text.
final class QueryText implements HandlerInterceptor {
  private static final String NUL = "%00";

  @Override
  public boolean preHandle(HttpServletRequest request, HttpServletResponse answer, Object handler) {
    var query = request.getQueryString();
    if (query != null && query.contains(NUL)) {
      var parameter =
          Arrays.stream(query.split("&"))
              .filter(one -> one.contains(NUL))
              .findFirst()
              .orElse(query);
      throw Problem.badRequest(
          "%s: U+0000 in it (expected: text without)".formatted(Problem.quote(parameter)));
    }
    return true;
  }
}
