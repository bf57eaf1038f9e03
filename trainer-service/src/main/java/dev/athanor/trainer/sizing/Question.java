package dev.athanor.trainer.sizing;

import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import dev.athanor.trainer.sizing.Compute.Recompute;
import dev.athanor.trainer.sizing.Layout.Activation;
import dev.athanor.trainer.sizing.Layout.Norm;
import dev.athanor.trainer.sizing.Layout.Positions;
import dev.athanor.trainer.sizing.Training.Precision;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The query of `GET /v1/plans`, strictly: a parameter that nobody knows, that is given twice or
/// that is no number is refused (400); values that do not go together are too (422).
final class Question {
  /// Hoffmann et al. 2022, table 3.
  private static final double TOKENS_PER_PARAMETER = 20;

  private static final double A100 = 312e12;
  private static final double USUAL_UTILISATION = 0.4;

  private final Map<String, List<String>> query;
  private final Set<String> unread;

  private Question(Map<String, List<String>> query) {
    this.query = query;
    this.unread = new HashSet<>(query.keySet());
  }

  static Estimate answer(Map<String, List<String>> query) {
    var question = new Question(query);
    try {
      return question.estimate();
    } catch (IllegalArgumentException unfit) {
      throw Problem.unprocessable(String.valueOf(unfit.getMessage()));
    }
  }

  private Estimate estimate() {
    var name = text("preset");
    var preset = name == null ? null : preset(name);
    var layout = layout(preset == null ? null : preset.layout());
    var parameters = Parameters.of(layout);
    var usualTokens =
        preset == null || preset.tokens() == null
            ? TOKENS_PER_PARAMETER * parameters.total()
            : preset.tokens();
    var training = training(usualTokens);
    if (!unread.isEmpty()) {
      var unknown = unread.stream().sorted().findFirst().orElseThrow();
      throw Problem.badRequest(
          "%s: unknown parameter (expected: one of %s)"
              .formatted(Problem.quote(unknown), Estimate.PARAMETERS));
    }
    return Estimate.of(name, layout, parameters, training);
  }

  private static Presets.Preset preset(String name) {
    var preset = Presets.map().get(name);
    if (preset == null) {
      throw Problem.badRequest(
          "preset: %s (expected: one of %s)"
              .formatted(Problem.quote(name), Presets.map().keySet()));
    }
    return preset;
  }

  private Layout layout(@Nullable Layout usual) {
    var layers = whole("layers", usual == null ? null : usual.layers());
    var width = whole("width", usual == null ? null : usual.width());
    var heads = whole("heads", usual == null ? null : usual.heads());
    var vocabulary = whole("vocabulary", usual == null ? null : usual.vocabulary());
    var context = whole("context", usual == null ? null : usual.context());
    var activation =
        choice(
            "activation", usual == null ? Activation.SWIGLU : usual.activation(), Activation.class);
    // A preset's own head and inner sizes say nothing about another width.
    var alike = usual != null && usual.width() == width && usual.heads() == heads ? usual : null;
    return new Layout(
        layers,
        width,
        heads,
        whole("headSize", alike != null ? alike.headSize() : headSize(width, heads)),
        whole("keyValueHeads", alike != null ? alike.keyValueHeads() : heads),
        whole(
            "feedForward",
            alike != null && alike.activation() == activation
                ? alike.feedForward()
                : usualFeedForward(width, activation)),
        vocabulary,
        context,
        activation,
        choice("norm", usual == null ? Norm.RMSNORM : usual.norm(), Norm.class),
        choice("positions", usual == null ? Positions.ROTARY : usual.positions(), Positions.class),
        flag("tied", usual == null || usual.tied()),
        flag("biases", usual != null && usual.biases()),
        flag("parallel", usual != null && usual.parallel()));
  }

  private int headSize(int width, int heads) {
    if (query.containsKey("headSize") || heads < 1) {
      return 1; // replaced by what was asked for, or refused by the layout
    }
    if (width % heads != 0) {
      throw new IllegalArgumentException(
          "heads: %d (expected: a divisor of width, which is %d, or a headSize)"
              .formatted(heads, width));
    }
    return width / heads;
  }

  /// Four times the width; where gated two thirds of that, so that three matrices hold as much as
  /// two (Shazeer 2020, section 3), rounded up to a multiple of 8.
  private static int usualFeedForward(int width, Activation activation) {
    var plain = Math.min(4L * width, Integer.MAX_VALUE);
    return (int) (activation == Activation.GELU ? plain : Math.ceilDiv(plain * 2 / 3, 8) * 8);
  }

  private Training training(double usualTokens) {
    var microBatch = whole("microBatch", 1);
    var data = whole("data", 1);
    var usualBatch = Math.clamp((long) microBatch * data, 1, Integer.MAX_VALUE);
    return new Training(
        number("tokens", usualTokens),
        whole("batch", usualBatch),
        microBatch,
        choice("precision", Precision.MIXED, Precision.class),
        choice("recompute", Recompute.NONE, Recompute.class),
        data,
        whole("tensor", 1),
        whole("pipeline", 1),
        number("peak", A100),
        number("utilisation", USUAL_UTILISATION));
  }

  private int whole(String name, @Nullable Integer usual) {
    var sent = text(name);
    if (sent == null && usual == null) {
      throw Problem.badRequest(
          "%s: missing (expected: a whole number, or a preset)".formatted(name));
    }
    return sent == null ? usual : parsed(name, sent, Integer::valueOf, "a whole number");
  }

  private double number(String name, double usual) {
    var sent = text(name);
    return sent == null ? usual : parsed(name, sent, Double::valueOf, "a number");
  }

  private boolean flag(String name, boolean usual) {
    var sent = text(name);
    if (sent == null) {
      return usual;
    }
    return switch (sent) {
      case "true" -> true;
      case "false" -> false;
      default -> throw refused(name, sent, "true or false");
    };
  }

  private <E extends Enum<E>> E choice(String name, E usual, Class<E> type) {
    var sent = text(name);
    if (sent == null) {
      return usual;
    }
    return Arrays.stream(type.getEnumConstants())
        .filter(value -> written(value).equals(sent))
        .findFirst()
        .orElseThrow(
            () ->
                refused(
                    name,
                    sent,
                    "one of "
                        + Arrays.stream(type.getEnumConstants()).map(Question::written).toList()));
  }

  private @Nullable String text(String name) {
    unread.remove(name);
    var values = query.get(name);
    if (values == null) {
      return null;
    }
    if (values.size() != 1) {
      throw Problem.badRequest(
          "%s: given %d times (expected: once)".formatted(name, values.size()));
    }
    return values.getFirst();
  }

  private static <T> T parsed(
      String name, String sent, Function<String, T> reader, String expected) {
    try {
      return reader.apply(sent);
    } catch (NumberFormatException unreadable) {
      throw Problem.of(Kind.BAD_REQUEST, refused(name, sent, expected).getMessage(), unreadable);
    }
  }

  private static Problem refused(String name, String sent, String expected) {
    return Problem.badRequest(
        "%s: %s (expected: %s)".formatted(name, Problem.quote(sent), expected));
  }

  /// An enum's constant as it is written in queries and answers.
  static String written(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
