package dev.athanor.embedding.embed;

import dev.athanor.embedding.batching.Call;
import dev.athanor.embedding.catalogue.EncoderVersion;

/// Calls as they stand after they were admitted, for tests that answer them by hand.
public final class Admitted {
  private Admitted() {}

  public static Pending of(EncoderVersion version, Call call) {
    return new Pending(version, call, call.vectors());
  }
}
