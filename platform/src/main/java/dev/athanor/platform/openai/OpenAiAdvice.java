package dev.athanor.platform.openai;

import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.ShapedAdvice;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/// Renders the errors of controllers that are [OpenAiShaped].
@RestControllerAdvice(annotations = OpenAiShaped.class)
@Order(Ordered.HIGHEST_PRECEDENCE)
class OpenAiAdvice extends ShapedAdvice<OpenAiError> {

  @Override
  protected OpenAiError body(Kind kind, String message) {
    return OpenAiError.of(kind, message);
  }
}
