package dev.athanor.platform.store;

import java.io.IOException;

/// The store answers, but does not have what was stored: the object is gone or another. Asking
/// again is no use.
public final class ObjectLost extends IOException {
  private static final long serialVersionUID = 1;

  ObjectLost(String message) {
    super(message);
  }
}
