package dev.athanor.embedding.batching;

import dev.athanor.embedding.encoder.Prepared;
import java.util.List;

/// What goes through the encoder at once. Never empty.
record Batch(Lane lane, List<Item> items) {

  List<Prepared> inputs() {
    return items.stream().map(Item::input).toList();
  }

  /// Units of cost of all inputs.
  int cost() {
    return items.stream().mapToInt(Item::cost).sum();
  }

  /// Tokens of all texts, 0 where these are images.
  int tokens() {
    return items.stream().mapToInt(item -> LengthBuckets.tokens(item.input())).sum();
  }

  /// What share of the tokens of this forward pass is padding, from 0 to 1.
  double padding() {
    int longest =
        items.stream().mapToInt(item -> LengthBuckets.tokens(item.input())).max().orElseThrow();
    return longest == 0 ? 0 : 1 - (double) tokens() / ((double) longest * items.size());
  }
}
