package dev.athanor.embedding.inference;

import dev.athanor.embedding.catalogue.Card;
import dev.athanor.embedding.embed.Input;
import dev.athanor.platform.error.Problem;
import java.util.List;
import java.util.stream.Collectors;

/// What a model reads and writes, in the protocol's terms.
///
/// @param card the model's
record ModelTensors(Card card) {
  static final String PLATFORM = "onnxruntime_onnx";

  List<Described> inputs() {
    return switch (card.input()) {
      case Card.Pixels pixels -> new ImageTensors(pixels).described();
      case Card.Tokens tokens -> new TextTensors(tokens).described();
    };
  }

  List<Described> outputs() {
    return List.of(
        new Described(card.output().name(), Tensor.FP32, List.of(-1L, (long) card.dimensions())));
  }

  /// Refuses an output that the model does not have.
  void checkOutput(String name) {
    if (!name.equals(card.output().name())) {
      throw Problem.badRequest(
          "outputs: %s (expected: %s)".formatted(Problem.quote(name), card.output().name()));
    }
  }

  /// The images or texts in what a client sent.
  ///
  /// @param truncate whether texts that are too long are cut
  List<Input> read(List<Tensor> sent, boolean truncate) {
    for (int i = 0; i < sent.size(); i++) {
      var field = "inputs[%d]".formatted(i);
      find(field, sent.get(i)).check(field, sent.get(i));
    }
    return switch (card.input()) {
      case Card.Pixels pixels -> new ImageTensors(pixels).read(sent);
      case Card.Tokens tokens -> new TextTensors(tokens).read(sent, truncate);
    };
  }

  /// A graph may call its input what we call ours; then the type says which is meant.
  private Described find(String field, Tensor sent) {
    var named = inputs().stream().filter(input -> input.name().equals(sent.name())).toList();
    if (named.isEmpty()) {
      throw Problem.badRequest(
          "%s.name: %s (expected: %s)"
              .formatted(
                  field,
                  Problem.quote(sent.name()),
                  inputs().stream().map(Described::name).collect(Collectors.joining(" or "))));
    }
    return named.stream()
        .filter(input -> input.datatype().equals(sent.datatype()))
        .findFirst()
        .orElse(named.getFirst());
  }
}
