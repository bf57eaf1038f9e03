package dev.athanor.embedding.inference;

import dev.athanor.embedding.catalogue.Card;
import dev.athanor.embedding.embed.Input;
import dev.athanor.platform.error.Problem;
import dev.athanor.preprocessing.ImageInput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What a model reads and writes, in the protocol's terms.
///
/// @param card the model's
record ModelTensors(Card card) {
  /// The input that takes files.
  static final String FILES = "encoded_images";

  static final String PLATFORM = "onnxruntime_onnx";

  /// @param shape -1 is any number
  record Described(String name, String datatype, List<Long> shape) {}

  List<Described> inputs() {
    var input = card.input();
    return List.of(
        new Described(
            card.inputName(),
            Tensor.FP32,
            List.of(-1L, (long) input.channels(), (long) input.height(), (long) input.width())),
        new Described(FILES, Tensor.BYTES, List.of(-1L)));
  }

  List<Described> outputs() {
    return List.of(
        new Described(card.outputName(), Tensor.FP32, List.of(-1L, (long) card.dimensions())));
  }

  /// Refuses an output that the model does not have.
  void checkOutput(String name) {
    if (!name.equals(card.outputName())) {
      throw Problem.badRequest(
          "outputs: %s (expected: %s)".formatted(Problem.quote(name), card.outputName()));
    }
  }

  /// The images in what a client sent.
  List<Input> read(List<Tensor> sent) {
    if (sent.size() != 1) {
      throw Problem.badRequest(
          "inputs: %d tensors (expected: one, %s or %s)"
              .formatted(sent.size(), card.inputName(), FILES));
    }
    var tensor = sent.getFirst();
    var described =
        inputs().stream()
            .filter(input -> input.name().equals(tensor.name()))
            .findFirst()
            .orElseThrow(
                () ->
                    Problem.badRequest(
                        "inputs[0].name: %s (expected: %s or %s)"
                            .formatted(Problem.quote(tensor.name()), card.inputName(), FILES)));
    if (!described.datatype().equals(tensor.datatype())) {
      throw Problem.badRequest(
          "inputs[0].datatype: %s (expected: %s)"
              .formatted(Problem.quote(tensor.datatype()), described.datatype()));
    }
    checkShape(tensor, described);
    return switch (tensor.content()) {
      case Tensor.Content.Files(var files) ->
          files.stream().<Input>map(Input.Encoded::new).toList();
      case Tensor.Content.Floats(var values) -> split(values, card.input());
    };
  }

  private static void checkShape(Tensor tensor, Described described) {
    var said = tensor.shape();
    boolean fits = said.size() == described.shape().size() && said.getFirst() >= 0;
    for (int i = 1; fits && i < said.size(); i++) {
      fits = said.get(i).equals(described.shape().get(i));
    }
    if (!fits) {
      throw Problem.badRequest(
          "inputs[0].shape: %s (expected: %s)".formatted(said, described.shape()));
    }
    long each = said.stream().skip(1).reduce(1L, Math::multiplyExact);
    long count = tensor.content().size();
    if (count % each != 0 || count / each != said.getFirst()) {
      throw Problem.badRequest(
          "inputs[0]: %d elements (expected: as many as shape %s says)".formatted(count, said));
    }
  }

  private static List<Input> split(float[] values, ImageInput input) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw Problem.badRequest(
            "inputs[0]: element %d is %s (expected: finite numbers)".formatted(i, values[i]));
      }
    }
    int each = input.values();
    var images = new ArrayList<Input>();
    for (int from = 0; from < values.length; from += each) {
      images.add(new Input.Tensor(Arrays.copyOfRange(values, from, from + each)));
    }
    return images;
  }
}
