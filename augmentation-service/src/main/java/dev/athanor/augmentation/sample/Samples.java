package dev.athanor.augmentation.sample;

import dev.athanor.augmentation.dataset.Catalogue;
import dev.athanor.augmentation.shard.SampleReader;
import dev.athanor.augmentation.shard.Split;
import dev.athanor.augmentation.shard.StoredSplit;
import dev.athanor.augmentation.view.PreviewGrid;
import dev.athanor.augmentation.view.Views;
import dev.athanor.platform.augmentation.AugmentationSettings;
import dev.athanor.platform.error.Problem;
import dev.athanor.preprocessing.ImageDecoder;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// The samples of a READY version, one at a time.
@Component
class Samples {
  /// A view's size where the dataset's images differ in theirs: what ImageNet encoders take.
  private static final int OTHERWISE = 224;

  private final Catalogue catalogue;
  private final SampleReader reader;
  private final ImageDecoder decoder = new ImageDecoder();

  Samples(Catalogue catalogue, SampleReader reader) {
    this.catalogue = catalogue;
    this.reader = reader;
  }

  /// @param label the class's number, null where the sample has none
  /// @param name the class's name
  record Sample(long index, @Nullable Integer label, @Nullable String name) {}

  /// The samples with an index greater than `after`, at most `limit`.
  List<Sample> list(String dataset, int version, String split, long after, int limit) {
    var ready = catalogue.open(dataset, version);
    var stored = ready.split(Split.of(split));
    var classes = ready.manifest().classes();
    return LongStream.range(after + 1, Math.min(stored.samples(), after + 1 + limit))
        .mapToObj(index -> sample(index, stored.label(index), classes))
        .toList();
  }

  private static Sample sample(long index, int label, List<String> classes) {
    return label < 0 ? new Sample(index, null, null) : new Sample(index, label, classes.get(label));
  }

  /// The image's bytes as they are stored, JPEG or PNG.
  byte[] image(String dataset, int version, String split, long index) {
    return image(catalogue.open(dataset, version).split(Split.of(split)), index);
  }

  /// A PNG grid of the original and its views, drawn as a run with this seed would draw them.
  byte[] preview(String dataset, int version, PreviewRequest request) {
    var ready = catalogue.open(dataset, version);
    var image = ready.manifest().image();
    int size =
        image.height() == null || image.width() == null
            ? OTHERWISE
            : Math.max(image.height(), image.width());
    var settings =
        request.augmentation() == null ? AugmentationSettings.simclr() : request.augmentation();
    var views = Views.of(settings.sized(size).toProto(image.channels(), 2, false));
    var original =
        decoder.decode(
            image(ready.split(Split.of(request.split())), request.index()), views.channels());
    return PreviewGrid.png(original, views, request.seed(), request.index(), request.views());
  }

  private byte[] image(StoredSplit split, long index) {
    if (index < 0 || index >= split.samples()) {
      throw Problem.notFound("index: %d (expected: 0 to %d)".formatted(index, split.samples() - 1));
    }
    return reader.read(split, LongStream.of(index / split.chunk())).image(index);
  }
}
