package dev.athanor.augmentation.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleReaderTest {
  private static final int MEGABYTE = 1 << 20;

  @TempDir private Path folder;

  private final Map<String, byte[]> objects = new HashMap<>();
  private final List<Integer> reads = new ArrayList<>();

  @Test
  void neighboursAreReadTogetherAndOnce() throws IOException {
    var split = split(200, 1000);
    var reader = reader(4 * MEGABYTE);

    assertThat(reader.readAhead(split, LongStream.of(2, 0, 1, 2))).isTrue();
    assertThat(reader.readAhead(split, LongStream.of(1))).isTrue();

    assertSamples(reader, split, 0, 192);
    assertThat(reads).hasSize(1);
    assertThat(reader.asked()).isEqualTo(4);
    assertThat(reader.missed()).isEqualTo(3);
    assertThat(reader.bytesRead()).isEqualTo(reads.getFirst().longValue());
  }

  @Test
  void oneReadFetchesEightMegabytesAtMost() throws IOException {
    var split = split(64 * 5, MEGABYTE / 20);

    assertThat(reader(64 * MEGABYTE).readAhead(split, LongStream.range(0, 5))).isTrue();

    assertThat(reads).hasSize(3).allMatch(bytes -> bytes <= 8 * MEGABYTE);
  }

  /// A chunk of them would be larger than a range read.
  @Test
  void largeSamplesAreReadOneByOne() throws IOException {
    var split = split(70, MEGABYTE / 4);
    var reader = reader(64 * MEGABYTE);

    reader.readAhead(split, LongStream.of(0, 1));
    assertSamples(reader, split, 0, 70);

    int tail = reads.getFirst();
    assertThat(tail).isGreaterThan(6 * MEGABYTE / 4).isLessThan(7 * MEGABYTE / 4);
    assertThat(reads.subList(1, reads.size())).hasSize(64).containsOnly(MEGABYTE / 4);
  }

  /// A batch may want a sample each of many chunks.
  @Test
  void chunksThatWouldPushEachOtherOutAreNotReadAhead() throws IOException {
    var split = split(64 * 4, 1000);
    var reader = reader(500_000);

    assertThat(reader.readAhead(split, LongStream.range(0, 4))).isFalse();

    assertSamples(reader, split, 0, 64 * 4);
    assertThat(reads).hasSize(64 * 4).containsOnly(1000);
    assertThat(reader.bytesCached()).isZero();
  }

  @Test
  void whatAnotherReaderPushedOutIsReadOneByOne() throws IOException {
    var split = split(64 * 8, 1000);
    var reader = reader(400_000);

    LongStream.range(0, 8).forEach(chunk -> reader.readAhead(split, LongStream.of(chunk)));

    assertThat(reads).hasSize(8);
    assertSamples(reader, split, 0, 64 * 8);
    assertThat(reader.bytesCached()).isBetween(1L, 400_000L);
    assertThat(reads.subList(8, reads.size())).isNotEmpty().containsOnly(1000);
  }

  private SampleReader reader(long capacity) {
    return new SampleReader(
        (key, offset, length) -> {
          reads.add(length);
          return Arrays.copyOfRange(objects.get(key), (int) offset, (int) offset + length);
        },
        capacity);
  }

  private static void assertSamples(SampleReader reader, StoredSplit split, int from, int to) {
    for (int i = from; i < to; i++) {
      var sample = reader.sample(split, i);
      assertThat(sample).isEqualTo(sample(i, sample.length));
    }
  }

  private static byte[] sample(int number, int size) {
    var sample = new byte[size];
    Arrays.fill(sample, (byte) number);
    return sample;
  }

  private StoredSplit split(int samples, int size) throws IOException {
    try (var writer = new ShardWriter(this::store, folder, 16 * MEGABYTE)) {
      for (int i = 0; i < samples; i++) {
        writer.add(Split.TRAIN, sample(i, size), "png", i % 3);
      }
      var shards = writer.finish();
      return StoredSplit.of(
          new Manifest(
              "data",
              1,
              "idx",
              Manifest.Kind.IMAGE,
              List.of("a", "b", "c"),
              null,
              null,
              List.of(),
              List.of(),
              ShardWriter.CHUNK,
              16,
              new Manifest.Splits(
                  new Manifest.SplitSize(samples, samples), new Manifest.SplitSize(0, 0)),
              0,
              shards),
          Split.TRAIN);
    }
  }

  private void store(String name, InputStream content, long bytes) {
    try {
      objects.put(Manifest.prefix("data", 1) + name, content.readAllBytes());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
