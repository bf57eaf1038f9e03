package dev.athanor.learning.safetensors;

import java.io.IOException;

/// The bytes are no safetensors file, or one with element types that are not ours.
public final class MalformedSafetensorsException extends IOException {

  private static final long serialVersionUID = 1;

  MalformedSafetensorsException(String message) {
    super(message);
  }

  MalformedSafetensorsException(String message, Throwable cause) {
    super(message, cause);
  }
}
