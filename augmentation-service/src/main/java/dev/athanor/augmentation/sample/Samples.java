package dev.athanor.augmentation.sample;

import dev.athanor.augmentation.dataset.Catalogue;
import dev.athanor.augmentation.dataset.ReadyDataset;
import dev.athanor.augmentation.shard.Manifest;
import dev.athanor.augmentation.shard.SampleReader;
import dev.athanor.augmentation.shard.Split;
import dev.athanor.augmentation.shard.StoredSplit;
import dev.athanor.augmentation.view.PreviewGrid;
import dev.athanor.augmentation.view.Views;
import dev.athanor.platform.augmentation.AugmentationSettings;
import dev.athanor.platform.error.Problem;
import dev.athanor.preprocessing.ImageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// The samples of a READY version, one at a time.
@Component
class Samples {
  /// A view's size where the dataset's images differ in theirs: what ImageNet encoders take.
  private static final int OTHERWISE = 224;

  /// Characters of a text in a list.
  private static final int EXCERPT = 200;

  private final Catalogue catalogue;
  private final SampleReader reader;
  private final ImageDecoder decoder = new ImageDecoder();
  private final Easel easel = new Easel();

  Samples(Catalogue catalogue, SampleReader reader) {
    this.catalogue = catalogue;
    this.reader = reader;
  }

  /// @param label the class's number, null where the sample has none
  /// @param name the class's name
  /// @param text how a text begins, null for images
  /// @param bytes of the whole text, null for images
  record Sample(
      long index,
      @Nullable Integer label,
      @Nullable String name,
      @Nullable String text,
      @Nullable Integer bytes) {}

  /// The samples with an index greater than `after`, at most `limit`.
  List<Sample> list(String dataset, int version, String split, long after, int limit) {
    var ready = catalogue.open(dataset, version);
    var stored = ready.split(Split.of(split));
    var classes = ready.manifest().classes();
    boolean text = ready.manifest().kind() == Manifest.Kind.TEXT;
    return LongStream.range(after + 1, Math.min(stored.samples(), after + 1 + limit))
        .mapToObj(
            index -> {
              int label = stored.label(index);
              var utf8 = text ? stored(stored, index) : null;
              return new Sample(
                  index,
                  label < 0 ? null : label,
                  label < 0 ? null : classes.get(label),
                  utf8 == null ? null : beginning(utf8),
                  utf8 == null ? null : utf8.length);
            })
        .toList();
  }

  /// The first characters; bytes are cut before they are decoded, because a text may be long.
  private static String beginning(byte[] utf8) {
    var start = new String(utf8, 0, Math.min(utf8.length, 4 * EXCERPT + 4), StandardCharsets.UTF_8);
    int characters = start.codePointCount(0, start.length());
    return characters <= EXCERPT
        ? start
        : start.substring(0, start.offsetByCodePoints(0, EXCERPT)) + "…";
  }

  /// The image's bytes as they are stored, a file as it came or PNG.
  byte[] image(String dataset, int version, String split, long index) {
    var ready = catalogue.open(dataset, version);
    require(ready, Manifest.Kind.IMAGE);
    return stored(ready.split(Split.of(split)), index);
  }

  boolean areTexts(String dataset, int version) {
    return catalogue.open(dataset, version).manifest().kind() == Manifest.Kind.TEXT;
  }

  /// The text's bytes as they are stored, UTF-8.
  byte[] text(String dataset, int version, String split, long index) {
    var ready = catalogue.open(dataset, version);
    require(ready, Manifest.Kind.TEXT);
    return stored(ready.split(Split.of(split)), index);
  }

  /// A PNG grid of the original and its views, drawn as a run with this seed would draw them.
  ///
  /// @throws Problem 429 where others are being drawn
  byte[] preview(String dataset, int version, PreviewRequest request) {
    var ready = catalogue.open(dataset, version);
    require(ready, Manifest.Kind.IMAGE);
    if (request.tokens() != null) {
      throw Problem.unprocessable(
          "tokens: of texts, and %s version %d holds images (expected: augmentation)"
              .formatted(dataset, version));
    }
    var image = Objects.requireNonNull(ready.manifest().image());
    int size =
        image.height() == null || image.width() == null
            ? OTHERWISE
            : Math.max(image.height(), image.width());
    var settings =
        request.augmentation() == null ? AugmentationSettings.simclr() : request.augmentation();
    var views = Views.of(settings.sized(size).toProto(image.channels(), 2, false));
    var stored = stored(ready.split(Split.of(request.split())), request.index());
    return easel.draw(
        () ->
            PreviewGrid.png(
                decoder.decode(stored, views.channels()),
                views,
                request.seed(),
                request.index(),
                request.views()));
  }

  private static void require(ReadyDataset ready, Manifest.Kind kind) {
    if (ready.manifest().kind() != kind) {
      throw Problem.conflict(
          "%s version %d: kind %s (expected: %s)"
              .formatted(
                  ready.manifest().dataset(),
                  ready.manifest().version(),
                  ready.manifest().kind().word(),
                  kind.word()));
    }
  }

  private byte[] stored(StoredSplit split, long index) {
    if (index < 0 || index >= split.samples()) {
      throw Problem.notFound("index: %d (expected: 0 to %d)".formatted(index, split.samples() - 1));
    }
    reader.readAhead(split, LongStream.of(index / split.chunk()));
    return reader.sample(split, index);
  }
}
