package dev.athanor.trainer.batch;

import static dev.athanor.trainer.batch.Spoilt.expect;

import com.google.protobuf.ByteString;
import dev.athanor.contracts.batch.Batch;
import dev.athanor.platform.digest.Sha256;
import dev.athanor.trainer.batch.Contents.Piece;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/// Puts the batches of one stream together from their parts, which come in any order, more than
/// once, and from several attempts at a time; parts of different attempts never mix. Pure, owned by
/// one thread.
final class Assembler {
  private final StreamSpec spec;
  private final Contents contents;
  private final Map<Long, Map<Integer, Parts>> open = new HashMap<>();

  Assembler(StreamSpec spec) {
    this.spec = spec;
    this.contents = Contents.of(spec);
  }

  /// Takes a part of a batch that is still waited for; returns the batch where this was the last
  /// part of it.
  Optional<dev.athanor.learning.batch.Batch> add(Batch part) throws Spoilt {
    try {
      var piece = contents.piece(part);
      check(part, piece);
      var parts =
          open.computeIfAbsent(part.getIndex(), index -> new HashMap<>())
              .computeIfAbsent(
                  part.getAttempt(), attempt -> new Parts(piece.sha256(), part.getParts()));
      if (!parts.add(part, piece)) {
        return Optional.empty();
      }
      var payload = parts.payload(spec.bytesOf(part.getIndex()));
      var batch = contents.batch(spec.samplesOf(part.getIndex()), payload, parts.numbers);
      open.remove(part.getIndex());
      return Optional.of(batch);
    } catch (Spoilt spoilt) {
      forget(part);
      throw spoilt;
    }
  }

  private void check(Batch part, Piece piece) throws Spoilt {
    expect("payload_bytes", piece.payloadBytes(), spec.bytesOf(part.getIndex()));
    if (part.getParts() < 1
        || part.getParts() > piece.payloadBytes()
        || part.getPart() < 0
        || part.getPart() >= part.getParts()) {
      throw new Spoilt(
          "part %d of %d (expected: 0 <= part < parts <= bytes)"
              .formatted(part.getPart(), part.getParts()));
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
    private final ByteString sha256;
    private final ByteString[] pieces;
    private int[] numbers = new int[0];
    private int missing;

    Parts(ByteString sha256, int parts) {
      this.sha256 = sha256;
      this.pieces = new ByteString[parts];
      this.missing = parts;
    }

    /// True where nothing is missing any more.
    boolean add(Batch part, Piece piece) throws Spoilt {
      expect("parts", part.getParts(), pieces.length);
      if (!piece.sha256().equals(sha256)) {
        throw new Spoilt("parts of one attempt with different hashes");
      }
      if (pieces[part.getPart()] == null) {
        pieces[part.getPart()] = piece.bytes();
        missing--;
      }
      if (part.getPart() == 0) {
        numbers = piece.numbers();
      }
      return missing == 0;
    }

    byte[] payload(long bytes) throws Spoilt {
      long length = 0;
      for (var piece : pieces) {
        length += piece.size();
      }
      expect("payload", length, bytes);
      var payload = new byte[Math.toIntExact(bytes)];
      int at = 0;
      for (var piece : pieces) {
        piece.copyTo(payload, at);
        at += piece.size();
      }
      checkHash(payload);
      return payload;
    }

    private void checkHash(byte[] payload) throws Spoilt {
      var digest = Sha256.digest();
      digest.update(payload);
      var tail = ByteBuffer.allocate(numbers.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      tail.asIntBuffer().put(numbers);
      var is = digest.digest(tail.array());
      if (!MessageDigest.isEqual(is, sha256.toByteArray())) {
        throw new Spoilt(
            "SHA-256: %s (expected: %s)"
                .formatted(
                    HexFormat.of().formatHex(is), HexFormat.of().formatHex(sha256.toByteArray())));
      }
    }
  }
}
