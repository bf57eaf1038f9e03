package dev.athanor.embedding.inference;

import dev.athanor.embedding.catalogue.Card;
import dev.athanor.embedding.embed.Input;
import dev.athanor.platform.error.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/// What an encoder of images reads: the graph's own pixels, or files that are decoded here.
record ImageTensors(Card.Pixels card) {
  /// The input that takes files.
  static final String FILES = "encoded_images";

  List<Described> described() {
    var image = card.image();
    return List.of(
        new Described(
            card.name(),
            Tensor.FP32,
            List.of(-1L, (long) image.channels(), (long) image.height(), (long) image.width())),
        new Described(FILES, Tensor.BYTES, List.of(-1L)));
  }

  /// @param sent each of one of the described inputs, and as described
  List<Input> read(List<Tensor> sent) {
    if (sent.size() != 1) {
      throw Problem.badRequest(
          "inputs: %d tensors (expected: one, %s or %s)"
              .formatted(sent.size(), card.name(), FILES));
    }
    return switch (sent.getFirst().content()) {
      case Tensor.Content.Files(var files) ->
          files.stream().<Input>map(Input.Encoded::new).toList();
      case Tensor.Content.Strings(var files) ->
          files.stream().<Input>map(file -> new Input.Encoded(unbase64(file))).toList();
      case Tensor.Content.Floats(var values) -> split(values);
      case Tensor.Content.Longs _ ->
          throw new IllegalStateException("content: INT64 (expected: as described)");
    };
  }

  /// A file in JSON, which has no bytes.
  private static byte[] unbase64(String file) {
    try {
      return Base64.getDecoder().decode(file);
    } catch (IllegalArgumentException notBase64) {
      throw Problem.badRequest(
          "inputs[0].data: %s (expected: base64 of files)".formatted(Problem.quote(file)));
    }
  }

  private List<Input> split(float[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw Problem.badRequest(
            "inputs[0]: element %d is %s (expected: finite numbers)".formatted(i, values[i]));
      }
    }
    int each = card.image().values();
    var images = new ArrayList<Input>();
    for (int from = 0; from < values.length; from += each) {
      images.add(new Input.Tensor(Arrays.copyOfRange(values, from, from + each)));
    }
    return images;
  }
}
