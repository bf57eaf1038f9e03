package dev.athanor.learning.safetensors;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The JSON at the start of a file: which tensor lies where. Entries are in the order of their
/// bytes, which leave no holes.
record Header(List<Entry> entries, SortedMap<String, String> metadata) {

  /// As the reference implementation bounds it.
  static final int MAX_BYTES = 100_000_000;

  private static final String METADATA = "__metadata__";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /// Bytes `from` to `to` of the part after the header hold this tensor.
  record Entry(String name, Tensor.Type type, List<Long> shape, long from, long to) {
    long bytes() {
      return to - from;
    }
  }

  static Header of(Map<String, Tensor> tensors, Map<String, String> metadata) {
    var names =
        tensors.keySet().stream()
            .sorted(
                Comparator.comparing((String name) -> -Tensor.named(name, tensors).type().bytes())
                    .thenComparing(Comparator.naturalOrder()))
            .toList();
    var entries = new ArrayList<Entry>();
    var from = 0L;
    for (var name : names) {
      if (name.equals(METADATA)) {
        throw new IllegalArgumentException("tensor %s: reserved name".formatted(name));
      }
      var tensor = Tensor.named(name, tensors);
      var to = from + Tensor.bytes(tensor.type(), tensor.shape());
      entries.add(new Entry(name, tensor.type(), tensor.shape(), from, to));
      from = to;
    }
    return new Header(entries, new TreeMap<>(metadata));
  }

  /// Padded with spaces, so that the first tensor starts at a multiple of eight.
  byte[] toJson() {
    var root = JSON.createObjectNode();
    if (!metadata.isEmpty()) {
      var node = root.putObject(METADATA);
      metadata.forEach(node::put);
    }
    for (var entry : entries) {
      var node = root.putObject(entry.name);
      node.put("dtype", entry.type.name());
      var shape = node.putArray("shape");
      entry.shape.forEach(shape::add);
      node.putArray("data_offsets").add(entry.from).add(entry.to);
    }
    var json = JSON.writeValueAsString(root).getBytes(StandardCharsets.UTF_8);
    var padded = Arrays.copyOf(json, (json.length + 7) / 8 * 8);
    Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    return padded;
  }

  static Header parse(byte[] json) throws MalformedSafetensorsException {
    var root = readTree(json);
    var entries = new ArrayList<Entry>();
    var metadata = new TreeMap<String, String>();
    for (var property : root.properties()) {
      if (property.getKey().equals(METADATA)) {
        for (var item : object(METADATA, property.getValue()).properties()) {
          metadata.put(item.getKey(), text(item.getKey(), item.getValue()));
        }
      } else {
        entries.add(entry(property.getKey(), object(property.getKey(), property.getValue())));
      }
    }
    entries.sort(Comparator.comparingLong(Entry::from).thenComparingLong(Entry::to));
    requireNoHoles(entries);
    return new Header(entries, metadata);
  }

  private static JsonNode readTree(byte[] json) throws MalformedSafetensorsException {
    try {
      return object("header", JSON.readTree(json));
    } catch (JacksonException e) {
      throw new MalformedSafetensorsException("header: " + e.getOriginalMessage(), e);
    }
  }

  private static Entry entry(String name, JsonNode node) throws MalformedSafetensorsException {
    var type = type(name, node.path("dtype"));
    var shape = integers(name + ".shape", node.path("shape"));
    var offsets = integers(name + ".data_offsets", node.path("data_offsets"));
    if (offsets.size() != 2) {
      throw new MalformedSafetensorsException(
          "%s.data_offsets: %s (expected: two numbers)".formatted(name, offsets));
    }
    var entry = new Entry(name, type, shape, offsets.get(0), offsets.get(1));
    if (entry.bytes() != bytes(name, type, shape) || entry.bytes() > Tensor.MOST_BYTES) {
      throw new MalformedSafetensorsException(
          "%s: %d bytes (expected: those of %s %s, below 2 GiB)"
              .formatted(name, entry.bytes(), type, shape));
    }
    return entry;
  }

  private static long bytes(String name, Tensor.Type type, List<Long> shape)
      throws MalformedSafetensorsException {
    try {
      return Tensor.bytes(type, shape);
    } catch (ArithmeticException e) {
      throw new MalformedSafetensorsException("%s: %s is too large".formatted(name, shape), e);
    }
  }

  private static Tensor.Type type(String name, JsonNode node) throws MalformedSafetensorsException {
    var word = text(name + ".dtype", node);
    for (var type : Tensor.Type.values()) {
      if (type.name().equals(word)) {
        return type;
      }
    }
    throw new MalformedSafetensorsException(
        "%s.dtype: %s (expected: one of %s)"
            .formatted(name, word, Arrays.toString(Tensor.Type.values())));
  }

  private static List<Long> integers(String name, JsonNode node)
      throws MalformedSafetensorsException {
    var numbers = new ArrayList<Long>();
    for (var item : node.values()) {
      if (!item.isIntegralNumber() || !item.canConvertToLong() || item.asLong() < 0) {
        throw new MalformedSafetensorsException(
            "%s: %s (expected: integers >= 0)".formatted(name, node));
      }
      numbers.add(item.asLong());
    }
    if (!node.isArray()) {
      throw new MalformedSafetensorsException("%s: %s (expected: a list)".formatted(name, node));
    }
    return numbers;
  }

  private static JsonNode object(String name, JsonNode node) throws MalformedSafetensorsException {
    if (!node.isObject()) {
      throw new MalformedSafetensorsException(
          "%s: %s (expected: an object)".formatted(name, node.getNodeType()));
    }
    return node;
  }

  private static String text(String name, JsonNode node) throws MalformedSafetensorsException {
    if (!node.isString()) {
      throw new MalformedSafetensorsException("%s: %s (expected: a string)".formatted(name, node));
    }
    return node.asString();
  }

  private static void requireNoHoles(List<Entry> entries) throws MalformedSafetensorsException {
    var end = 0L;
    for (var entry : entries) {
      if (entry.from != end) {
        throw new MalformedSafetensorsException(
            "%s: starts at %d (expected: %d)".formatted(entry.name, entry.from, end));
      }
      end = entry.to;
    }
  }
}
