package dev.athanor.embedding.inference;

import dev.athanor.embedding.catalogue.Card;
import dev.athanor.embedding.embed.Input;
import dev.athanor.embedding.embed.Utf8;
import dev.athanor.platform.error.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What an encoder of texts reads: the graph's own ids and mask, or texts that are tokenised here.
record TextTensors(Card.Tokens card) {
  /// The input that takes texts.
  static final String TEXT = "text";

  List<Described> described() {
    return List.of(
        new Described(card.name(), Tensor.INT64, List.of(-1L, -1L)),
        new Described(card.mask(), Tensor.INT64, List.of(-1L, -1L)),
        new Described(TEXT, Tensor.BYTES, List.of(-1L)));
  }

  /// @param sent each of one of the described inputs, and as described
  /// @param truncate whether texts that are too long are cut
  List<Input> read(List<Tensor> sent, boolean truncate) {
    if (sent.size() == 1 && sent.getFirst().datatype().equals(Tensor.BYTES)) {
      return texts(sent.getFirst().content(), truncate);
    }
    var names = sent.stream().map(Tensor::name).sorted().toList();
    if (!names.equals(List.of(card.name(), card.mask()).stream().sorted().toList())
        || !sent.stream().allMatch(tensor -> tensor.datatype().equals(Tensor.INT64))) {
      throw Problem.badRequest(
          "inputs: %s (expected: %s and %s of INT64, or %s of BYTES)"
              .formatted(names, card.name(), card.mask(), TEXT));
    }
    boolean idsFirst = sent.getFirst().name().equals(card.name());
    var ids = sent.get(idsFirst ? 0 : 1);
    var mask = sent.get(idsFirst ? 1 : 0);
    if (!mask.shape().equals(ids.shape())) {
      throw Problem.badRequest(
          "%s: shape %s (expected: %s, as %s)"
              .formatted(mask.name(), mask.shape(), ids.shape(), ids.name()));
    }
    return sequences(ids, mask);
  }

  private static List<Input> texts(Tensor.Content content, boolean truncate) {
    var texts = new ArrayList<Input>();
    switch (content) {
      case Tensor.Content.Strings(var values) ->
          values.forEach(value -> texts.add(new Input.Text(value, truncate)));
      case Tensor.Content.Files(var values) -> {
        for (var value : values) {
          var field = "texts[%d]".formatted(texts.size());
          texts.add(new Input.Text(Utf8.decode(field, value), truncate));
        }
      }
      case Tensor.Content.Floats _, Tensor.Content.Longs _ ->
          throw new IllegalStateException("content: no BYTES (expected: as described)");
    }
    return texts;
  }

  /// Rows without their padding, which a batch has anew.
  private List<Input> sequences(Tensor ids, Tensor mask) {
    int length = Math.toIntExact(ids.shape().get(1));
    var allIds = ((Tensor.Content.Longs) ids.content()).values();
    var allMasks = ((Tensor.Content.Longs) mask.content()).values();
    var sequences = new ArrayList<Input>();
    for (int from = 0; from < allIds.length; from += length) {
      int tokens = tokens(allMasks, from, length);
      sequences.add(new Input.Sequence(Arrays.copyOfRange(allIds, from, from + tokens)));
    }
    return sequences;
  }

  /// How many tokens a row has. Padding in front of them would move them to other positions.
  private int tokens(long[] masks, int from, int length) {
    int tokens = 0;
    for (int t = 0; t < length; t++) {
      long flag = masks[from + t];
      if (flag == 1 && tokens == t) {
        tokens++;
      } else if (flag != 0) {
        throw Problem.badRequest(
            "%s: %d at (%d, %d) (expected: in each row ones, then zeros)"
                .formatted(card.mask(), flag, from / length, t));
      }
    }
    return tokens;
  }
}
