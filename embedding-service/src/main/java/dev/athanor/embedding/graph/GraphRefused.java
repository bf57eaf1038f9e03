package dev.athanor.embedding.graph;

import java.io.IOException;

/// The file is not one that we run; the message names the offender and what was expected.
public final class GraphRefused extends IOException {
  GraphRefused(String message) {
    super(message);
  }
}
