package dev.athanor.embedding.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.athanor.embedding.catalogue.Card;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.List;

/// Makes a graph's input tensors of a batch.
final class Feed {
  private Feed() {}

  static NDList of(Card.Input input, List<? extends Prepared> batch, NDManager manager) {
    return switch (input) {
      case Card.Pixels pixels -> pixels(pixels, batch, manager);
      case Card.Tokens tokens -> tokens(tokens, batch, manager);
    };
  }

  private static NDList pixels(
      Card.Pixels input, List<? extends Prepared> batch, NDManager manager) {
    var image = input.image();
    var values = FloatBuffer.allocate(batch.size() * image.values());
    for (var one : batch) {
      values.put(((Prepared.Pixels) one).values());
    }
    var shape = new Shape(batch.size(), image.channels(), image.height(), image.width());
    return new NDList(named(manager.create(values.flip(), shape), input.name()));
  }

  /// Rows of unequal length, padded behind their tokens to the longest of them.
  private static NDList tokens(
      Card.Tokens input, List<? extends Prepared> batch, NDManager manager) {
    int longest = batch.stream().mapToInt(Feed::length).max().orElseThrow();
    var ids = new long[batch.size() * longest];
    var mask = new long[ids.length];
    Arrays.fill(ids, input.padding());
    for (int n = 0; n < batch.size(); n++) {
      var sequence = ((Prepared.Tokens) batch.get(n)).ids();
      for (int t = 0; t < sequence.length; t++) {
        ids[n * longest + t] = sequence[t];
        mask[n * longest + t] = 1;
      }
    }
    var shape = new Shape(batch.size(), longest);
    var list =
        new NDList(
            named(manager.create(LongBuffer.wrap(ids), shape), input.name()),
            named(manager.create(LongBuffer.wrap(mask), shape), input.mask()));
    if (input.types() != null) {
      var zeros = LongBuffer.allocate(ids.length);
      list.add(named(manager.create(zeros, shape), input.types()));
    }
    return list;
  }

  /// How many tokens of an input count; an image is one.
  static int length(Prepared input) {
    return switch (input) {
      case Prepared.Pixels _ -> 1;
      case Prepared.Tokens(var ids) -> ids.length;
    };
  }

  private static NDArray named(NDArray array, String name) {
    array.setName(name);
    return array;
  }
}
