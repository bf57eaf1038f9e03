package dev.athanor.trainer.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
  private final Table table =
      new Table(List.of("cell", "note"), List.of(List.of("0", "a|b\nc"), List.of("1", "d, \"e\"")));

  @Test
  void markdownKeepsItsColumns() {
    assertThat(table.markdown())
        .isEqualTo("| cell | note |\n|---|---|\n| 0 | a\\|b c |\n| 1 | d, \"e\" |\n");
  }

  @Test
  void csvQuotesWhatNeedsIt() {
    assertThat(table.csv()).isEqualTo("cell,note\r\n0,\"a|b\nc\"\r\n1,\"d, \"\"e\"\"\"\r\n");
  }

  @Test
  void aRowOfAnotherLengthIsRefused() {
    assertThatThrownBy(() -> new Table(List.of("a"), List.of(List.of("1", "2"))))
        .hasMessage("row: [1, 2] (expected: 1 columns)");
  }
}
