package dev.athanor.trainer.run;

import java.util.List;

/// A run whose embeddings are collapsing, as its newest evaluation saw it.
///
/// @param step after which it was seen
/// @param causes the figures outside their healthy bands, each with its value and bound
public record Alarm(long step, int epoch, List<String> causes) {

  public Alarm {
    causes = List.copyOf(causes);
  }
}
