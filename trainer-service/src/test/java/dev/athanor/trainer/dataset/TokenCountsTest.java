package dev.athanor.trainer.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenCountsTest {

  /// Counted as the rows are cut: the next one begins at the last one's last token, and one that
  /// has nothing to predict is none.
  @ParameterizedTest
  @CsvSource({
    "0, 5", "1, 5", "2, 5", "5, 5", "6, 5", "9, 5", "10, 5", "101, 11", "105, 11", "7, 2"
  })
  void countsTheRowsOfAStream(long tokens, int length) {
    int full = 0;
    int all = 0;
    for (long start = 0; start + 1 < tokens; start += length - 1) {
      all++;
      full += start + length <= tokens ? 1 : 0;
    }
    var split = new TokenCounts.Split(1, tokens, tokens);
    assertThat(split.blocks(length, false)).isEqualTo(full);
    assertThat(split.blocks(length, true)).isEqualTo(all);
  }
}
