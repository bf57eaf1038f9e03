package dev.athanor.embedding.encoder;

import dev.athanor.embedding.catalogue.Card;
import dev.athanor.embedding.catalogue.EncoderVersion;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/// How encoders are held.
///
/// @param folder where fetched files stay, named by their SHA-256
/// @param loaded how many encoders may be in memory at once
/// @param memory bytes of those together; each counts as its weights, those in `model.onnx` and
///   beside it, or as what its trial took where that is more
/// @param threads of ONNX Runtime for one batch; batches of several callers run side by side anyway
/// @param device `cpu`, `cuda` or `cuda:1`
/// @param models by a model's name, what differs for it
@ConfigurationProperties("athanor.encoder")
record EncoderProperties(
    Path folder,
    int loaded,
    DataSize memory,
    int threads,
    String device,
    @Nullable Map<String, Own> models) {

  /// What one model has of its own.
  ///
  /// @param normalise whether its vectors have length 1, whatever its cards say
  record Own(@Nullable Integer threads, @Nullable Boolean normalise) {
    Own {
      if (threads != null) {
        check("models.threads", threads);
      }
    }
  }

  EncoderProperties {
    check("loaded", loaded);
    check("threads", threads);
    models = models == null ? Map.of() : Map.copyOf(models);
  }

  /// @param model its name
  int threads(String model) {
    var own = models == null ? null : models.get(model);
    return own == null || own.threads() == null ? threads : own.threads();
  }

  /// The version's card, with what is set for its model.
  Card card(EncoderVersion version) {
    var card = version.card();
    var own = models == null ? null : models.get(version.name());
    if (own == null || own.normalise() == null) {
      return card;
    }
    var output = card.output();
    return new Card(
        card.input(),
        new Card.Output(output.name(), output.dimensions(), output.pooling(), own.normalise()));
  }

  private static void check(String field, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "athanor.encoder.%s: %d (expected: >= 1)".formatted(field, value));
    }
  }
}
