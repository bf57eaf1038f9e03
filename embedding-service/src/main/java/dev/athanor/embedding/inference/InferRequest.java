package dev.athanor.embedding.inference;

import dev.athanor.platform.error.JsonErrors;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The body of an infer request: a JSON document, and behind it, where the binary tensor extension
/// is used, the tensors' bytes in the order of the inputs.
///
/// @param id comes back as it was sent; null where none was
/// @param outputs names of those that are wanted; none means all
/// @param binary whether the output is wanted as bytes
/// @param truncate whether texts that are longer than the model reads are cut, or refused
record InferRequest(
    @Nullable String id,
    List<Tensor> inputs,
    List<String> outputs,
    boolean binary,
    boolean truncate) {
  /// The header with the length of the JSON document.
  static final String HEADER_LENGTH = "Inference-Header-Content-Length";

  /// The request's parameter, ours, which is true where it is not sent.
  static final String TRUNCATE = "truncate";

  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,9}");

  /// How long the JSON document is.
  ///
  /// @param header null where the body is nothing but JSON
  static int jsonLength(int body, @Nullable String header) {
    return header == null ? body : length(header, body);
  }

  /// @param length of the JSON document
  /// @throws Problem 400 where the body is no such request
  static InferRequest parse(JsonMapper json, byte[] body, int length) {
    var document = document(json, body, length);
    if (!document.isObject()) {
      throw Problem.badRequest("body: not a JSON object (expected: one with inputs)");
    }
    var rest = ByteBuffer.wrap(body, length, body.length - length);
    var inputs = new ArrayList<Tensor>();
    for (var input : document.path("inputs")) {
      inputs.add(tensor("inputs[%d]".formatted(inputs.size()), input, rest));
    }
    if (rest.hasRemaining()) {
      throw Problem.badRequest(
          "body: %d bytes behind the tensors (expected: as many as binary_data_size says)"
              .formatted(rest.remaining()));
    }
    var outputs = new ArrayList<String>();
    boolean binary = flag(document, "binary_data_output", false);
    for (var output : document.path("outputs")) {
      outputs.add(text("outputs[%d].name".formatted(outputs.size()), output.path("name")));
      binary = flag(output, "binary_data", binary);
    }
    var id = document.path("id");
    return new InferRequest(
        id.isString() ? id.stringValue() : null,
        inputs,
        outputs,
        binary,
        flag(document, TRUNCATE, true));
  }

  private static JsonNode document(JsonMapper json, byte[] body, int length) {
    try {
      return json.readTree(body, 0, length);
    } catch (JacksonException unreadable) {
      throw Problem.of(Kind.BAD_REQUEST, JsonErrors.describe(unreadable), unreadable);
    }
  }

  private static int length(String header, int most) {
    int length = LENGTH.matcher(header).matches() ? Integer.parseInt(header) : -1;
    if (length < 0 || length > most) {
      throw Problem.badRequest(
          "%s: %s (expected: 0 to %d, the body's length)"
              .formatted(HEADER_LENGTH, Problem.quote(header), most));
    }
    return length;
  }

  private static Tensor tensor(String field, JsonNode input, ByteBuffer rest) {
    var name = text(field + ".name", input.path("name"));
    var datatype = text(field + ".datatype", input.path("datatype"));
    var shape = new ArrayList<Long>();
    for (var size : input.path("shape")) {
      if (!size.canConvertToExactIntegral() || !size.canConvertToLong()) {
        throw Problem.badRequest(
            "%s.shape: %s (expected: whole numbers)"
                .formatted(field, Problem.quote(size.toString())));
      }
      shape.add(size.longValue());
    }
    var size = input.path("parameters").path("binary_data_size");
    var content =
        size.isMissingNode()
            ? JsonTensor.read(field, datatype, input.path("data"))
            : RawTensor.read(field, datatype, cut(field, size, rest));
    return new Tensor(name, datatype, shape, content);
  }

  private static ByteBuffer cut(String field, JsonNode size, ByteBuffer rest) {
    if (!size.isInt() || size.intValue() < 0 || size.intValue() > rest.remaining()) {
      throw Problem.badRequest(
          "%s.parameters.binary_data_size: %s (expected: 0 to %d, what is left of the body)"
              .formatted(field, Problem.quote(size.toString()), rest.remaining()));
    }
    var cut = rest.slice(rest.position(), size.intValue());
    rest.position(rest.position() + size.intValue());
    return cut;
  }

  private static String text(String field, JsonNode node) {
    if (!node.isString()) {
      throw Problem.badRequest(
          "%s: %s (expected: text)".formatted(field, Problem.quote(node.toString())));
    }
    return node.stringValue();
  }

  private static boolean flag(JsonNode of, String parameter, boolean otherwise) {
    return of.path("parameters").path(parameter).booleanValue(otherwise);
  }
}
