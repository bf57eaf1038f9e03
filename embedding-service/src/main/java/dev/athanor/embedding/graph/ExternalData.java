package dev.athanor.embedding.graph;

import dev.athanor.embedding.catalogue.EncoderVersion;
import dev.athanor.platform.error.Problem;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/// What a tensor says of the file that its numbers lie in. Of all that ONNX allows there, a path to
/// anywhere among it, only the three entries pass that our own graphs have.
final class ExternalData {
  private static final Pattern BYTES = Pattern.compile("[0-9]{1,18}");

  private final Map<String, String> entries = new HashMap<>();

  void add(String key, String value) throws GraphRefused {
    if (entries.put(key, value) != null) {
      throw new GraphRefused(
          "external data: %s twice (expected: once)".formatted(Problem.quote(key)));
    }
  }

  /// @param tensor its name
  /// @param bytes of the file that there is
  /// @throws GraphRefused unless it names a part of that, and nothing else
  void check(String tensor, long bytes) throws GraphRefused {
    boolean within =
        entries.size() == 3
            && EncoderVersion.DATA.equals(entries.get("location"))
            && number("offset") >= 0
            && number("length") >= 0
            && number("offset") + number("length") <= bytes;
    if (!within) {
      throw new GraphRefused(
          "tensor %s: its data lie in %s (expected: location %s, with offset and length within its %d bytes)"
              .formatted(
                  Problem.quote(tensor),
                  Problem.quote(entries.toString()),
                  EncoderVersion.DATA,
                  bytes));
    }
  }

  /// -1 where it is none.
  private long number(String key) {
    var said = entries.getOrDefault(key, "");
    return BYTES.matcher(said).matches() ? Long.parseLong(said) : -1;
  }
}
