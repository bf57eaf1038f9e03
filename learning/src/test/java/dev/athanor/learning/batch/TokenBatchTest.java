package dev.athanor.learning.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.learning.engine.Torch;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class TokenBatchTest {

  @Test
  void whatStandsBehindASequenceBecomesPadding() {
    var batch =
        TokenBatch.ofLengths(2, 3, new int[] {1, 2, 3, 4, 9, 9}, new int[] {3, 1}, null, null);
    assertThat(batch.ids()).containsExactly(1, 2, 3, 4, -1, -1);
    assertThat(batch.sequences()).isEqualTo(2);
  }

  @Test
  void hiddenTokensAreCountedThroughAllSequences() {
    int none = TokenBatch.NOT_HIDDEN;
    var batch =
        new TokenBatch(
            1, 2, 2, new int[] {1, 2, 3, 4}, new int[] {none, 7, 0, none}, new int[] {5, -1});
    try (var manager = Torch.newManager()) {
      var tokens = (Tokens) new BatchLoader(null, manager).load(batch, manager);
      assertThat(tokens.ids().toLongArray()).containsExactly(1, 2, 3, 4);
      assertThat(tokens.ids().getShape().getShape()).containsExactly(2, 2);
      var hidden = Objects.requireNonNull(tokens.hidden());
      assertThat(hidden.rows().toLongArray()).containsExactly(1, 2);
      assertThat(hidden.targets().toLongArray()).containsExactly(7, 0);
      assertThat(Objects.requireNonNull(tokens.labels()).toLongArray()).containsExactly(5, -1);
    }
  }

  @Test
  void refusesArraysThatDoNotFit() {
    assertThatThrownBy(() -> new TokenBatch(1, 2, 2, new int[3], null, null))
        .hasMessage("ids: 3 (expected: 4)");
    assertThatThrownBy(() -> new TokenBatch(1, 2, 2, new int[4], new int[5], null))
        .hasMessage("targets: 5 (expected: 4, as many as ids)");
    assertThatThrownBy(() -> new TokenBatch(1, 2, 2, new int[4], null, new int[3]))
        .hasMessage("labels: 3 (expected: 2, one a sample)");
    assertThatThrownBy(() -> new TokenBatch(1, 1, 3, new int[] {-1, 4, 4}, null, null))
        .hasMessage("ids[1]: a token behind padding (expected: padding behind the last token)");
    assertThatThrownBy(() -> new TokenBatch(1, 1, 2, new int[] {4, -2}, null, null))
        .hasMessage("ids[1]: -2 (expected: a token, or -1 behind the last)");
    assertThatThrownBy(() -> TokenBatch.ofLengths(1, 2, new int[2], new int[] {3}, null, null))
        .hasMessage("lengths[0]: 3 (expected: from 0 to 2)");
  }
}
