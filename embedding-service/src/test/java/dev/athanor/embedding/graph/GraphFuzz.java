package dev.athanor.embedding.graph;

import dev.athanor.embedding.catalogue.FuzzedCards;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/// An uploaded ONNX file, read in the service's own process before any other has it.
public final class GraphFuzz {
  private GraphFuzz() {}

  public static void fuzzerTestOneInput(byte[] file) throws IOException {
    for (var card : FuzzedCards.BOTH) {
      try {
        GraphCheck.check(GraphReader.read(new ByteArrayInputStream(file)), card);
      } catch (GraphRefused refused) {
        // The version is rejected, for this reason.
      }
    }
  }
}
