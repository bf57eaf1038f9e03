package dev.athanor.trainer.batch;

import com.google.protobuf.ByteString;
import dev.athanor.contracts.batch.Batch;
import dev.athanor.contracts.batch.Pixels;
import dev.athanor.learning.batch.ImageBatch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Puts the batches of one stream together from their parts, which come in any order, more than
/// once, and from several attempts at a time; parts of different attempts never mix. Pure, owned by
/// one thread.
final class Assembler {
  private final StreamSpec spec;
  private final Map<Long, Map<Integer, Parts>> open = new HashMap<>();

  Assembler(StreamSpec spec) {
    this.spec = spec;
  }

  /// A batch that is not what its request asked for; asking again may help.
  static final class Spoilt extends Exception {
    Spoilt(String message) {
      super(message);
    }
  }

  /// Takes a part of a batch that is still waited for; returns the batch where this was the last
  /// part of it.
  Optional<ImageBatch> add(Batch part) throws Spoilt {
    try {
      check(part);
      var parts =
          open.computeIfAbsent(part.getIndex(), index -> new HashMap<>())
              .computeIfAbsent(part.getAttempt(), attempt -> new Parts(part));
      if (!parts.add(part)) {
        return Optional.empty();
      }
      var batch = parts.assemble(spec.bytesOf(part.getIndex()));
      open.remove(part.getIndex());
      return Optional.of(batch);
    } catch (Spoilt spoilt) {
      forget(part);
      throw spoilt;
    }
  }

  private void check(Batch part) throws Spoilt {
    var pixels = part.getPixels();
    var wanted = spec.augmentation();
    expect("views", pixels.getViews(), spec.views());
    expect("samples", pixels.getSamples(), spec.samplesOf(part.getIndex()));
    expect("height", pixels.getHeight(), wanted.getHeight());
    expect("width", pixels.getWidth(), wanted.getWidth());
    expect("channels", pixels.getChannels(), wanted.getChannels());
    expect("payload_bytes", pixels.getPayloadBytes(), spec.bytesOf(part.getIndex()));
    if (part.getParts() < 1
        || part.getParts() > pixels.getPayloadBytes()
        || part.getPart() < 0
        || part.getPart() >= part.getParts()) {
      throw new Spoilt(
          "part %d of %d (expected: 0 <= part < parts <= bytes)"
              .formatted(part.getPart(), part.getParts()));
    }
    if (part.getPart() == 0 && spec.labels()) {
      expect("labels", pixels.getLabelsCount(), pixels.getSamples());
    }
  }

  private static void expect(String what, long is, long expected) throws Spoilt {
    if (is != expected) {
      throw new Spoilt("%s: %d (expected: %d)".formatted(what, is, expected));
    }
  }

  private void forget(Batch part) {
    var attempts = open.get(part.getIndex());
    if (attempts != null) {
      attempts.remove(part.getAttempt());
    }
  }

  /// The parts of one attempt at a batch.
  private static final class Parts {
    private final Pixels header;
    private final ByteString[] payload;
    private int[] labels = new int[0];
    private int missing;

    Parts(Batch any) {
      this.header = any.getPixels().toBuilder().clearBytes().clearLabels().build();
      this.payload = new ByteString[any.getParts()];
      this.missing = any.getParts();
    }

    /// True where nothing is missing any more.
    boolean add(Batch part) throws Spoilt {
      expect("parts", part.getParts(), payload.length);
      if (!part.getPixels().getSha256().equals(header.getSha256())) {
        throw new Spoilt("parts of one attempt with different hashes");
      }
      if (payload[part.getPart()] == null) {
        payload[part.getPart()] = part.getPixels().getBytes();
        missing--;
      }
      if (part.getPart() == 0) {
        labels = part.getPixels().getLabelsList().stream().mapToInt(Integer::intValue).toArray();
      }
      return missing == 0;
    }

    @SuppressWarnings("NullAway") // a record's class file does not say that the labels may be null
    ImageBatch assemble(long bytes) throws Spoilt {
      long length = 0;
      for (var part : payload) {
        length += part.size();
      }
      expect("payload", length, bytes);
      var pixels = new byte[Math.toIntExact(bytes)];
      int at = 0;
      for (var part : payload) {
        part.copyTo(pixels, at);
        at += part.size();
      }
      checkHash(pixels);
      return new ImageBatch(
          header.getViews(),
          header.getSamples(),
          header.getHeight(),
          header.getWidth(),
          header.getChannels(),
          pixels,
          labelsOrNull());
    }

    private int @Nullable [] labelsOrNull() {
      return labels.length == 0 ? null : labels;
    }

    private void checkHash(byte[] pixels) throws Spoilt {
      var digest = sha256();
      digest.update(pixels);
      var tail = ByteBuffer.allocate(labels.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      tail.asIntBuffer().put(labels);
      var is = digest.digest(tail.array());
      if (!MessageDigest.isEqual(is, header.getSha256().toByteArray())) {
        throw new Spoilt(
            "SHA-256: %s (expected: %s)"
                .formatted(
                    HexFormat.of().formatHex(is),
                    HexFormat.of().formatHex(header.getSha256().toByteArray())));
      }
    }

    private static MessageDigest sha256() {
      try {
        return MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException impossible) {
        throw new IllegalStateException("every Java has SHA-256", impossible);
      }
    }
  }
}
