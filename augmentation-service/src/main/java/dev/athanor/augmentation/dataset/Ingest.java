package dev.athanor.augmentation.dataset;

import dev.athanor.augmentation.format.FormatReader;
import dev.athanor.augmentation.format.Formats;
import dev.athanor.augmentation.format.Picture;
import dev.athanor.augmentation.format.Sample;
import dev.athanor.augmentation.format.StagedFile;
import dev.athanor.augmentation.format.Text;
import dev.athanor.augmentation.lease.Watch;
import dev.athanor.augmentation.shard.Manifest;
import dev.athanor.augmentation.shard.Shard;
import dev.athanor.augmentation.shard.ShardWriter;
import dev.athanor.augmentation.shard.Split;
import dev.athanor.platform.error.Problem;
import dev.athanor.preprocessing.Image;
import dev.athanor.preprocessing.ImageDecoder;
import dev.athanor.preprocessing.ImageEncoder;
import dev.athanor.preprocessing.ImageException;
import dev.athanor.preprocessing.ImageHeader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/// Turns uploaded files into shards and their manifest. Reads the files twice: once for the
/// classes, whose order must be known before the first label is written, and once for the images.
/// The result depends on the files, the hold-out and the seed alone, down to the last byte.
final class Ingest {
  /// A window of fewer chunks would hardly mix a dataset that is sorted by class.
  private static final int SMALLEST_WINDOW = 16;

  private static final int LARGEST_WINDOW = 4096;

  private final ShardWriter.Destination destination;
  private final DatasetProperties properties;
  private final Formats formats;
  private final ImageDecoder decoder;
  private final ImageEncoder encoder = new ImageEncoder();

  /// @param destination of shards, by their keys
  Ingest(ShardWriter.Destination destination, DatasetProperties properties) {
    this.destination = destination;
    this.properties = properties;
    this.formats = new Formats(properties.limits());
    this.decoder = new ImageDecoder(properties.maxImagePixels());
  }

  /// What is wrong with the data is a problem; that a server fails is another exception.
  Manifest run(Claim claim, List<StagedFile> files, Watch watch) throws IOException {
    var reader = formats.detect(files, claim.columns());
    var survey = new Survey(watch);
    reader.read(survey::add);
    survey.check();
    watch.writing();
    var prefix = Manifest.prefix(claim.dataset(), claim.version());
    try (var writer =
        new ShardWriter(
            (name, content, bytes) -> destination.put(prefix + name, content, bytes),
            properties.shardFolder(),
            properties.shardSize().toBytes())) {
      var pass = new WritingPass(claim, survey, writer, watch);
      reader.read(pass::add);
      return manifest(claim, reader, survey, pass, writer.finish());
    }
  }

  private Manifest manifest(
      Claim claim, FormatReader reader, Survey survey, WritingPass pass, List<Shard> shards) {
    boolean text = reader.kind() == Manifest.Kind.TEXT;
    var pixels = pass.statistics;
    return new Manifest(
        claim.dataset(),
        claim.version(),
        reader.format(),
        reader.kind(),
        survey.classes.labels().names(),
        text ? null : pixels.shape(),
        text ? new Manifest.TextSize(pass.trainBytes, pass.testBytes) : null,
        text ? List.of() : pixels.mean(),
        text ? List.of() : pixels.std(),
        ShardWriter.CHUNK,
        window(shards),
        new Manifest.Splits(size(shards, Split.TRAIN), size(shards, Split.TEST)),
        shards.stream().mapToLong(Shard::bytes).sum(),
        shards);
  }

  private int window(List<Shard> shards) {
    var train = shards.stream().filter(shard -> shard.split() == Split.TRAIN).toList();
    long samples = train.stream().mapToLong(Shard::samples).sum();
    long bytes = train.stream().mapToLong(Shard::bytes).sum();
    long chunkBytes = Math.max(1, ShardWriter.CHUNK * bytes / samples);
    return (int)
        Math.clamp(properties.windowSize().toBytes() / chunkBytes, SMALLEST_WINDOW, LARGEST_WINDOW);
  }

  private static Manifest.SplitSize size(List<Shard> shards, Split split) {
    long samples = 0;
    long labelled = 0;
    for (var shard : shards) {
      if (shard.split() == split) {
        samples += shard.samples();
        for (int label : shard.labels()) {
          labelled += label < 0 ? 0 : 1;
        }
      }
    }
    return new Manifest.SplitSize(samples, labelled);
  }

  /// The first reading.
  private final class Survey {
    private final Watch watch;
    private final Classes classes = new Classes();
    private long train;
    private long test;

    private Survey(Watch watch) {
      this.watch = watch;
    }

    private void add(Sample sample) {
      watch.sample();
      if (sample.split() == Split.TEST) {
        test++;
      } else {
        train++;
      }
      if (train + test > properties.maxSamples()) {
        throw Problem.unprocessable(
            "%s: more than %d samples (expected: no more)"
                .formatted(sample.name(), properties.maxSamples()));
      }
      if (sample.label() != null) {
        classes.add(sample.name(), sample.label());
      }
    }

    private void check() {
      if (train == 0) {
        throw Problem.unprocessable(
            test == 0
                ? "files: no sample in them (expected: at least one)"
                : "train: no sample, all %d are in test (expected: at least one)".formatted(test));
      }
    }

    private HoldOut holdOut(Claim claim) {
      return HoldOut.of(test == 0 ? claim.holdOut() : 0, train, claim.seed());
    }
  }

  /// The second reading.
  private final class WritingPass {
    private final ShardWriter writer;
    private final Watch watch;
    private final HoldOut holdOut;
    private final Classes.Labels labels;
    private final PixelStatistics statistics = new PixelStatistics();
    private final double testTail;
    private long place;
    private long trainBytes;
    private long testBytes;

    private WritingPass(Claim claim, Survey survey, ShardWriter writer, Watch watch) {
      this.writer = writer;
      this.watch = watch;
      this.holdOut = survey.holdOut(claim);
      this.labels = survey.classes.labels();
      this.testTail = survey.train + survey.test == 1 ? claim.holdOut() : 0;
    }

    private void add(Sample sample) throws IOException {
      watch.sample();
      boolean test = sample.split() == Split.TEST || holdOut.test(place);
      var split = test ? Split.TEST : Split.TRAIN;
      place++;
      var content = sample.source().read();
      if (content instanceof Picture picture) {
        statistics.add(decode(sample.name(), picture), split == Split.TRAIN);
      }
      try {
        switch (content) {
          case Picture picture -> write(split, picture, labels.of(sample.label()));
          case Text text -> write(split, text, labels.of(sample.label()));
        }
      } catch (IOException failure) {
        // Not the data's fault, and not to be taken for it by the reader that called us.
        throw new UncheckedIOException(failure);
      }
    }

    /// The only document of a version gives its tail to the test split, as is usual for a corpus in
    /// one file.
    private void write(Split split, Text text, int label) throws IOException {
      var tail = testTail > 0 ? Tail.of(text, testTail) : null;
      if (tail == null) {
        writeText(split, text, label);
      } else {
        writeText(Split.TRAIN, tail.head(), label);
        writeText(Split.TEST, tail.tail(), label);
      }
    }

    private void writeText(Split split, Text text, int label) throws IOException {
      writer.add(split, text.utf8(), "txt", label);
      if (split == Split.TRAIN) {
        trainBytes += text.utf8().length;
      } else {
        testBytes += text.utf8().length;
      }
    }

    private void write(Split split, Picture picture, int label) throws IOException {
      switch (picture) {
        case Picture.Encoded encoded ->
            writer.add(split, encoded.bytes(), extension(encoded.bytes()), label);
        case Picture.Pixels pixels -> writer.add(split, encoder.png(pixels.image()), "png", label);
      }
    }
  }

  private Image decode(String name, Picture picture) {
    return switch (picture) {
      case Picture.Pixels pixels -> pixels.image();
      case Picture.Encoded encoded -> {
        try {
          yield decoder.decode(encoded.bytes(), ImageHeader.read(encoded.bytes()).channels());
        } catch (ImageException failure) {
          throw Problem.unprocessable(name + ": " + failure.getMessage());
        }
      }
    };
  }

  private static String extension(byte[] encoded) {
    return ImageHeader.format(encoded).orElseThrow().extension();
  }
}
