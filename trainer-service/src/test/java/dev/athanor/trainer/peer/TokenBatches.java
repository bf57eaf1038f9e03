package dev.athanor.trainer.peer;

import com.google.protobuf.ByteString;
import dev.athanor.contracts.batch.AugmentationSpec;
import dev.athanor.contracts.batch.Batch;
import dev.athanor.contracts.batch.BatchRequest;
import dev.athanor.contracts.batch.Tokens;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Batches of tokens that are a pure function of their requests: documents of two classes, each
/// with letters of its own, as [DatasetServer] has them under `notes`.
public final class TokenBatches {
  /// Bytes of a document, which are as many tokens.
  public static final int LENGTH = 12;

  /// The masked batch in which chance hides nothing.
  public static final int NOTHING_HIDDEN = 3;

  private static final int END = 256;
  private static final int PAD = 257;
  private static final int MASK = 258;
  private static final int NO_TARGET = -100;

  private TokenBatches() {}

  /// The whole answer, in one record.
  public static List<Batch> answer(BatchRequest request) {
    var spec = request.getSpec();
    int documents = request.getSplit().equals("train") ? DatasetServer.TRAIN : DatasetServer.TEST;
    int length = length(spec);
    int rows = spec.hasTokenBlocks() ? blocks(spec, documents) : documents;
    int[] samples = samples(request, request.hasSelection() ? count(request) : rows);
    var ids = new int[samples.length * length];
    var targets = new int[spec.hasMaskedTokens() ? ids.length : 0];
    var lengths = new int[samples.length];
    Arrays.fill(ids, PAD);
    Arrays.fill(targets, NO_TARGET);
    for (int i = 0; i < samples.length; i++) {
      var row = spec.hasTokenBlocks() ? block(samples[i], length, documents) : text(samples[i]);
      lengths[i] = Math.min(length, row.length);
      System.arraycopy(row, 0, ids, i * length, lengths[i]);
      if (targets.length > 0 && request.getIndex() != NOTHING_HIDDEN) {
        hide(ids, targets, i * length, lengths[i], request.getIndex() * 31 + samples[i]);
      }
    }
    int[] labels =
        spec.hasTokenSequences()
            ? IntStream.of(samples).map(TokenBatches::label).toArray()
            : new int[0];
    var payload = bytes(ids, targets);
    var tokens =
        Tokens.newBuilder()
            .setSamples(samples.length)
            .setLength(length)
            .setTargets(targets.length > 0)
            .setPayloadBytes(payload.length)
            .setSha256(ByteString.copyFrom(sha256(payload, bytes(lengths, labels))))
            .setBytes(ByteString.copyFrom(payload));
    IntStream.of(lengths).forEach(tokens::addLengths);
    IntStream.of(labels).forEach(tokens::addLabels);
    return List.of(PatternBatches.reply(request).setParts(1).setTokens(tokens).build());
  }

  private static int count(BatchRequest request) {
    return request.getSelection().getCount();
  }

  private static int length(AugmentationSpec spec) {
    return switch (spec.getKindCase()) {
      case TOKEN_BLOCKS -> spec.getTokenBlocks().getLength();
      case TOKEN_SEQUENCES -> spec.getTokenSequences().getLength();
      case MASKED_TOKENS -> spec.getMaskedTokens().getLength();
      case RANDOM, EVALUATION, KIND_NOT_SET -> throw new IllegalArgumentException("no tokens");
    };
  }

  private static int blocks(AugmentationSpec spec, int documents) {
    int predicted = documents * (LENGTH + 1) - 1;
    int step = spec.getTokenBlocks().getLength() - 1;
    return spec.getTokenBlocks().getOrdered() ? Math.ceilDiv(predicted, step) : predicted / step;
  }

  private static int[] samples(BatchRequest request, int rows) {
    var spec = request.getSpec();
    int size = request.getBatchSize();
    boolean ordered =
        spec.getTokenBlocks().getOrdered()
            || spec.getMaskedTokens().getOrdered()
            || (spec.hasTokenSequences() && !spec.getTokenSequences().getShuffled());
    if (ordered) {
      int first = Math.toIntExact(request.getIndex() * size);
      return IntStream.range(first, Math.min(first + size, rows)).toArray();
    }
    int first = Math.toIntExact(request.getIndex() % (rows / size) * size);
    return IntStream.range(first, first + size).map(i -> (int) (i * 31L % rows)).toArray();
  }

  private static int label(int document) {
    return document % 2;
  }

  private static int[] text(int document) {
    var random = new SplittableRandom(document);
    random.nextLong();
    int first = label(document) == 0 ? 'a' : 'n';
    return random.ints(LENGTH, first, first + 13).toArray();
  }

  private static int[] block(int number, int length, int documents) {
    int from = number * (length - 1);
    int end = Math.min(from + length, documents * (LENGTH + 1));
    return IntStream.range(from, end)
        .map(at -> at % (LENGTH + 1) == LENGTH ? END : text(at / (LENGTH + 1))[at % (LENGTH + 1)])
        .toArray();
  }

  private static void hide(int[] ids, int[] targets, int from, int length, long seed) {
    int at = from + new SplittableRandom(seed).nextInt(length);
    targets[at] = ids[at];
    ids[at] = MASK;
  }

  private static byte[] bytes(int[] first, int[] second) {
    var bytes =
        ByteBuffer.allocate(Integer.BYTES * (first.length + second.length))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(first).put(second);
    return bytes.array();
  }

  private static byte[] sha256(byte[] payload, byte[] numbers) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      digest.update(payload);
      return digest.digest(numbers);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
