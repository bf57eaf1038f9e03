package dev.athanor.trainer.registry;

/// The files of an import are no model that can be served here, for a reason that who brought them
/// should read.
public final class ImportRefused extends RuntimeException {

  private static final long serialVersionUID = 1;

  ImportRefused(String message, Throwable cause) {
    super(message, cause);
  }

  ImportRefused(String message) {
    super(message);
  }
}
