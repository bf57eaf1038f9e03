package dev.athanor.embedding.embed;

import dev.athanor.embedding.catalogue.Card;
import dev.athanor.embedding.catalogue.Catalogue;
import dev.athanor.embedding.catalogue.EncoderVersion;
import dev.athanor.embedding.catalogue.ModelReference;
import dev.athanor.embedding.deadline.Deadline;
import dev.athanor.embedding.encoder.Encoder;
import dev.athanor.embedding.encoder.EncoderShelf;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import dev.athanor.preprocessing.Image;
import dev.athanor.preprocessing.ImageDecoder;
import dev.athanor.preprocessing.ImageException;
import dev.athanor.preprocessing.ImagePreprocessing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/// Images in, vectors out. Everything that an image goes through stands in the model's card.
@Component
@EnableConfigurationProperties(EmbedProperties.class)
public class Embedder {
  /// So many images become one tensor, which bounds a call's memory.
  private static final int LARGEST_BATCH = 32;

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final Catalogue catalogue;
  private final EncoderShelf shelf;
  private final EmbedProperties properties;
  private final ImageDecoder decoder = new ImageDecoder();
  private final Semaphore places;

  Embedder(Catalogue catalogue, EncoderShelf shelf, EmbedProperties properties) {
    this.catalogue = catalogue;
    this.shelf = shelf;
    this.properties = properties;
    this.places = new Semaphore(properties.concurrent());
  }

  /// @param rows (N, D), in the order of the images
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  public record Embeddings(EncoderVersion encoder, float[][] rows) {}

  /// A deadline as far off as any caller gets.
  public Deadline longest() {
    return Deadline.after(properties.deadline(), System::nanoTime);
  }

  /// Embeds encoded images, JPEG or PNG.
  public Embeddings embed(String model, List<byte[]> images, Deadline deadline) {
    if (images.isEmpty() || images.size() > properties.images()) {
      throw Problem.badRequest(
          "images: %d (expected: 1 to %d)".formatted(images.size(), properties.images()));
    }
    var version = catalogue.resolve(ModelReference.parse(model));
    if (!places.tryAcquire()) {
      throw Problem.tooMany(
          "calls: %d are being worked on (expected: one to end)".formatted(properties.concurrent()),
          RETRY_AFTER);
    }
    try {
      return new Embeddings(
          version,
          shelf.use(version, deadline, encoder -> encode(version, encoder, images, deadline)));
    } finally {
      places.release();
    }
  }

  private float[][] encode(
      EncoderVersion version, Encoder encoder, List<byte[]> images, Deadline deadline) {
    var rows = new ArrayList<float[]>(images.size());
    for (int from = 0; from < images.size(); from += LARGEST_BATCH) {
      int to = Math.min(images.size(), from + LARGEST_BATCH);
      deadline.check("embedding image %d of %d".formatted(from + 1, images.size()));
      var tensor = tensor(version.card(), images, from, to);
      rows.addAll(List.of(encoder.encode(tensor, to - from)));
    }
    return rows.toArray(float[][]::new);
  }

  /// (to - from, C, H, W)
  private float[] tensor(Card card, List<byte[]> images, int from, int to) {
    int values = card.input().values();
    var tensor = new float[(to - from) * values];
    for (int i = from; i < to; i++) {
      var one = ImagePreprocessing.tensor(decode(images, i, card), card.input());
      System.arraycopy(one, 0, tensor, (i - from) * values, values);
    }
    return tensor;
  }

  private Image decode(List<byte[]> images, int index, Card card) {
    try {
      return decoder.decode(images.get(index), card.input().channels());
    } catch (ImageException failure) {
      throw Problem.of(
          Kind.UNPROCESSABLE, "images[%d]: %s".formatted(index, failure.getMessage()), failure);
    }
  }
}
