package dev.athanor.embedding.catalogue;

import java.nio.charset.StandardCharsets;

/// A model's card, which anybody may have written.
public final class CardFuzz {
  private CardFuzz() {}

  public static void fuzzerTestOneInput(byte[] card) {
    try {
      Card.parse(new String(card, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException refused) {
      // The version is listed with this reason, and not served.
    }
  }
}
