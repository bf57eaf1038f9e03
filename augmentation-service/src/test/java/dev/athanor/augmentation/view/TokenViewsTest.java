package dev.athanor.augmentation.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.contracts.batch.AugmentationSpec;
import dev.athanor.contracts.batch.MaskedTokens;
import dev.athanor.contracts.batch.TokenBlocks;
import dev.athanor.contracts.batch.TokenSequences;
import dev.athanor.platform.error.Problem;
import dev.athanor.preprocessing.tokenizer.ByteLevel;
import dev.athanor.preprocessing.tokenizer.Tokenizer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenViewsTest {
  private static final Tokenizer BYTES = Tokenizer.load(ByteLevel.bytes());
  private static final int END = 256;
  private static final int PAD = 257;
  private static final int MASK = 258;
  private static final int[] DOCUMENT = BYTES.ids("It was the best of times, Zoë said.");

  /// Frozen: these bytes are what a seed means. Whoever changes them ends the reproducibility of
  /// every run there is, and says so in the changelog.
  @Test
  void goldenBytes() throws Exception {
    assertThat(
            List.of(
                sha256(masked(64, false), DOCUMENT),
                sha256(masked(16, true), Arrays.copyOf(DOCUMENT, 16)),
                sha256(sequences(64), DOCUMENT)))
        .containsExactly(
            "a5ca43f889b725aa3cfde6cbf31815177860881d4c53727af966cbc5c05489c5",
            "e3cbd98726fb3739f1579b2a7d8e7a128d5aa26ebffd4dc6e9b73dee5f458ca4",
            "db4868dd57c5e07d4e5d726e13b709cdcfca6f8283642233a466ec0a9c7925b4");
  }

  /// The counts must lie within four standard deviations of the binomial distribution.
  @Test
  void theSharesAreThePapers() {
    var views = masked(128, true);
    var random = new SplittableRandom(5);
    long seen = 0;
    long chosen = 0;
    long masked = 0;
    long replaced = 0;
    var drawn = new long[256];
    for (int row = 0; row < 8000; row++) {
      var tokens = random.ints(128, 0, 256).toArray();
      var ids = new int[128];
      var targets = new int[128];
      views.render(tokens, 11, 0, row, ids, targets);
      for (int i = 0; i < 128; i++) {
        seen++;
        if (targets[i] == TokenViews.NO_TARGET) {
          assertThat(ids[i]).isEqualTo(tokens[i]);
          continue;
        }
        assertThat(targets[i]).isEqualTo(tokens[i]);
        chosen++;
        if (ids[i] == MASK) {
          masked++;
        } else if (ids[i] != tokens[i]) {
          replaced++;
          drawn[ids[i]]++;
        }
      }
    }
    assertBinomial(chosen, seen, 0.15);
    assertBinomial(masked, chosen, 0.8);
    // A token drawn from 256 is the one that was there once in 256 times.
    assertBinomial(replaced, chosen, 0.1 * 255 / 256);
    for (long count : drawn) {
      assertBinomial(count, replaced, 1 / 256.0);
    }
  }

  private static void assertBinomial(long count, long of, double probability) {
    double mean = of * probability;
    double deviation = Math.sqrt(of * probability * (1 - probability));
    assertThat((double) count).isBetween(mean - 4 * deviation, mean + 4 * deviation);
  }

  @Test
  void specialTokensAndPaddingAreNeverChosen() {
    var views =
        TokenViews.of(
            AugmentationSpec.newBuilder()
                .setMaskedTokens(settings(12).setSelect(1).setMask(1).setReplace(0))
                .build(),
            BYTES);
    var ids = new int[12];
    var targets = new int[12];

    int length = views.render(new int[] {'a', END, MASK, 'b', PAD, 'c'}, 0, 0, 0, ids, targets);

    assertThat(length).isEqualTo(6);
    assertThat(ids).containsExactly(MASK, END, MASK, MASK, PAD, MASK, PAD, PAD, PAD, PAD, PAD, PAD);
    assertThat(targets)
        .containsExactly('a', -100, -100, 'b', -100, 'c', -100, -100, -100, -100, -100, -100);
  }

  @Test
  void aRowIsAFunctionOfItsKey() {
    var views = masked(64, false);

    assertThat(bytes(views, DOCUMENT, 1, 2, 3)).isEqualTo(bytes(views, DOCUMENT, 1, 2, 3));
    assertThat(
            IntStream.of(0, 1, 2, 3)
                .mapToObj(
                    which ->
                        HexFormat.of()
                            .formatHex(
                                bytes(
                                    views,
                                    DOCUMENT,
                                    which == 1 ? 9 : 1,
                                    which == 2 ? 9 : 2,
                                    which == 3 ? 9 : 3)))
                .distinct())
        .hasSize(4);
  }

  @Test
  void documentsAreCutAndPadded() {
    var ids = new int[8];
    assertThat(sequences(8).render(Arrays.copyOf(DOCUMENT, 3), 0, 0, 0, ids, new int[8]))
        .isEqualTo(3);
    assertThat(ids).containsExactly('I', 't', ' ', PAD, PAD, PAD, PAD, PAD);
    assertThat(sequences(8).render(Arrays.copyOf(DOCUMENT, 8), 0, 0, 0, ids, new int[8]))
        .isEqualTo(8);
    assertThat(ids).containsExactly('I', 't', ' ', 'w', 'a', 's', ' ', 't');
  }

  /// Every token but the first is predicted once: by 3 blocks of 5 for 13, and by a padded one more
  /// for each further one.
  @ParameterizedTest
  @CsvSource({"0,0,0", "1,0,0", "2,0,1", "5,1,1", "12,2,3", "13,3,3", "14,3,4"})
  void blocksOverlapByOneToken(long tokens, long training, long ordered) {
    assertThat(blocks(5, false).rows(7, tokens)).isEqualTo(training);
    assertThat(blocks(5, true).rows(7, tokens)).isEqualTo(ordered);
    assertThat(blocks(5, true).start(3)).isEqualTo(12);
    assertThat(sequences(5).rows(7, tokens)).isEqualTo(7);
  }

  @Test
  void whatCannotBeIsRefused() {
    assertRefused(spec(settings(1)), "spec.length: 1 (expected: 2 to 65536)");
    assertRefused(spec(settings(100_000)), "spec.length: 100000");
    assertRefused(spec(settings(8).setSelect(0)), "spec.select: 0.0 (expected: > 0, at most 1)");
    assertRefused(spec(settings(8).setSelect(1.5)), "spec.select");
    assertRefused(spec(settings(8).setMask(-1)), "spec.mask, spec.replace: -1.0, 0.1");
    assertRefused(spec(settings(8).setReplace(0.3)), "together at most 1");
    assertRefused(AugmentationSpec.getDefaultInstance(), "expected: masked_tokens");
  }

  private static void assertRefused(AugmentationSpec spec, String reason) {
    assertThatThrownBy(() -> TokenViews.of(spec, BYTES))
        .isInstanceOf(Problem.class)
        .hasMessageContaining(reason);
  }

  private static MaskedTokens.Builder settings(int length) {
    return MaskedTokens.newBuilder().setLength(length).setSelect(0.15).setMask(0.8).setReplace(0.1);
  }

  private static AugmentationSpec spec(MaskedTokens.Builder masked) {
    return AugmentationSpec.newBuilder().setMaskedTokens(masked).build();
  }

  private static TokenViews masked(int length, boolean packed) {
    return TokenViews.of(spec(settings(length).setPacked(packed)), BYTES);
  }

  private static TokenViews blocks(int length, boolean ordered) {
    return TokenViews.of(
        AugmentationSpec.newBuilder()
            .setTokenBlocks(TokenBlocks.newBuilder().setLength(length).setOrdered(ordered))
            .build(),
        BYTES);
  }

  private static TokenViews sequences(int length) {
    return TokenViews.of(
        AugmentationSpec.newBuilder()
            .setTokenSequences(TokenSequences.newBuilder().setLength(length))
            .build(),
        BYTES);
  }

  private static byte[] bytes(TokenViews views, int[] tokens, long seed, long epoch, long row) {
    var ids = new int[views.length()];
    var targets = new int[views.length()];
    int length = views.render(tokens, seed, epoch, row, ids, targets);
    var bytes = ByteBuffer.allocate(8 * views.length() + 4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(ids).put(targets).put(length);
    return bytes.array();
  }

  private static String sha256(TokenViews views, int[] tokens) throws Exception {
    var digest = MessageDigest.getInstance("SHA-256");
    for (int row = 0; row < 4; row++) {
      digest.update(bytes(views, tokens, 1234, 3, row));
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
