package dev.athanor.embedding.inference;

import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.ShapedAdvice;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/// Renders the errors of controllers that are [InferenceShaped].
@RestControllerAdvice(annotations = InferenceShaped.class)
@Order(Ordered.HIGHEST_PRECEDENCE)
class InferenceAdvice extends ShapedAdvice<InferenceAdvice.Failure> {
  record Failure(String error) {}

  @Override
  protected Failure body(Kind kind, String message) {
    return new Failure(message);
  }
}
