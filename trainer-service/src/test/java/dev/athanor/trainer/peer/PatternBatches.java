package dev.athanor.trainer.peer;

import com.google.protobuf.ByteString;
import dev.athanor.contracts.batch.Batch;
import dev.athanor.contracts.batch.BatchRequest;
import dev.athanor.contracts.batch.Pixels;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Batches that are a pure function of their requests: four classes of stripes and squares under
/// noise, a test's idea of a data set.
public final class PatternBatches {
  public static final String BUILD = "pattern-1";
  public static final int CLASSES = 4;

  private PatternBatches() {}

  /// The whole answer, in `parts` records.
  public static List<Batch> answer(BatchRequest request, int samplesInSplit, int parts) {
    return answer(request, samplesInSplit, parts, 0);
  }

  /// The same with every label raised by `wrong`, so that it says another class than the image
  /// shows.
  public static List<Batch> answer(BatchRequest request, int samplesInSplit, int parts, int wrong) {
    int selected = request.hasSelection() ? request.getSelection().getCount() : samplesInSplit;
    var samples = drawn(request, samples(request, selected), samplesInSplit);
    var spec = request.getSpec();
    int views = spec.hasRandom() ? spec.getRandom().getViewsCount() : 1;
    boolean labelled = spec.hasEvaluation() || spec.getRandom().getLabels();
    var payload = payload(request, samples, views);
    int[] labels =
        labelled
            ? IntStream.of(samples).map(sample -> (label(sample) + wrong) % CLASSES).toArray()
            : new int[0];
    var header =
        Pixels.newBuilder()
            .setViews(views)
            .setSamples(samples.length)
            .setHeight(spec.getHeight())
            .setWidth(spec.getWidth())
            .setChannels(spec.getChannels())
            .setPayloadBytes(payload.length)
            .setSha256(ByteString.copyFrom(sha256(payload, labels)))
            .build();
    return cut(request, header, payload, labels, parts);
  }

  private static int label(int sample) {
    return sample % CLASSES;
  }

  /// A balanced selection begins elsewhere for each seed, and goes through the classes in turn.
  private static int[] drawn(BatchRequest request, int[] positions, int samplesInSplit) {
    if (!request.getSelection().getBalanced()) {
      return positions;
    }
    int shift = Math.floorMod(CLASSES * request.getSelection().getSeed(), samplesInSplit);
    return IntStream.of(positions).map(p -> (p + shift) % samplesInSplit).toArray();
  }

  private static int[] samples(BatchRequest request, int selected) {
    long size = request.getBatchSize();
    if (request.getSpec().hasEvaluation()) {
      long first = request.getIndex() * size;
      return IntStream.range((int) first, (int) Math.min(first + size, selected)).toArray();
    }
    long batchesPerEpoch = selected / size;
    long epoch = request.getIndex() / batchesPerEpoch;
    long first = request.getIndex() % batchesPerEpoch * size;
    return IntStream.range(0, (int) size)
        .map(i -> (int) ((first + i + 7 * epoch) % selected))
        .toArray();
  }

  private static byte[] payload(BatchRequest request, int[] samples, int views) {
    var spec = request.getSpec();
    int pixels = spec.getHeight() * spec.getWidth() * spec.getChannels();
    var payload = new byte[views * samples.length * pixels];
    for (int view = 0; view < views; view++) {
      for (int i = 0; i < samples.length; i++) {
        long seed =
            spec.hasEvaluation()
                ? samples[i]
                : request.getSeed() * 31 + request.getIndex() * 1009 + samples[i] * 7L + view;
        draw(
            payload,
            (view * samples.length + i) * pixels,
            spec.getHeight(),
            spec.getWidth(),
            spec.getChannels(),
            label(samples[i]),
            new SplittableRandom(seed));
      }
    }
    return payload;
  }

  private static void draw(
      byte[] out, int at, int height, int width, int channels, int label, SplittableRandom random) {
    int shift = random.nextInt(4);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        boolean on =
            switch (label) {
              case 0 -> (x + shift) / 2 % 2 == 0;
              case 1 -> (y + shift) / 2 % 2 == 0;
              case 2 -> (x + y + shift) / 2 % 2 == 0;
              default -> x > 2 + shift && y > 2 + shift;
            };
        for (int c = 0; c < channels; c++) {
          out[at++] = (byte) ((on ? 170 : 50) + random.nextInt(60));
        }
      }
    }
  }

  private static List<Batch> cut(
      BatchRequest request, Pixels header, byte[] payload, int[] labels, int parts) {
    var batches = new ArrayList<Batch>();
    for (int part = 0; part < parts; part++) {
      int from = (int) ((long) payload.length * part / parts);
      int to = (int) ((long) payload.length * (part + 1) / parts);
      var pixels = header.toBuilder().setBytes(ByteString.copyFrom(payload, from, to - from));
      if (part == 0) {
        IntStream.of(labels).forEach(pixels::addLabels);
      }
      batches.add(reply(request).setPart(part).setParts(parts).setPixels(pixels).build());
    }
    return batches;
  }

  /// An answer to `request` that still lacks its content.
  public static Batch.Builder reply(BatchRequest request) {
    return Batch.newBuilder()
        .setRunId(request.getRunId())
        .setFence(request.getFence())
        .setAttempt(request.getAttempt())
        .setIndex(request.getIndex())
        .setStream(request.getStream())
        .setAugmenterBuild(BUILD);
  }

  private static byte[] sha256(byte[] payload, int[] labels) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      digest.update(payload);
      var tail = ByteBuffer.allocate(4 * labels.length).order(ByteOrder.LITTLE_ENDIAN);
      tail.asIntBuffer().put(labels);
      return digest.digest(tail.array());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
