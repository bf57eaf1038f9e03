package dev.athanor.platform.upload;

import dev.athanor.platform.error.Kind;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;

/// Hears callers out before an error is written, but not those whose body was waited for in vain.
@ControllerAdvice
class RefusalAdvice implements ResponseBodyAdvice<Object> {
  @Override
  public boolean supports(
      MethodParameter returned, Class<? extends HttpMessageConverter<?>> converter) {
    return true;
  }

  @Override
  public @Nullable Object beforeBodyWrite(
      @Nullable Object body,
      MethodParameter returned,
      MediaType type,
      Class<? extends HttpMessageConverter<?>> converter,
      ServerHttpRequest request,
      ServerHttpResponse response) {
    if (request instanceof ServletServerHttpRequest from
        && response instanceof ServletServerHttpResponse to
        && isHeardOut(to.getServletResponse().getStatus())) {
      Refusals.hearOut(from.getServletRequest());
    }
    return body;
  }

  private static boolean isHeardOut(int status) {
    return status >= 400 && status != Kind.REQUEST_TIMEOUT.httpStatus();
  }
}
