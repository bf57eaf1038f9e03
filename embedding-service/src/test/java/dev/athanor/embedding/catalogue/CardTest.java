package dev.athanor.embedding.catalogue;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.athanor.embedding.Graphs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Anybody may have written a card, and what is said of it goes into documents and logs.
class CardTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"mean\": [0.5, 0.5, 0.5] | \"mean\": {\"a\": 1} | input.mean: \"{\\\"a\\\":1}\""
            + " (expected: a list of numbers)",
        "\"std\": [0.5, 0.5, 0.5] | \"std\": {} | input.std: \"{}\" (expected: a list of numbers)",
        "\"std\": [0.5, 0.5, 0.5] | \"std\": [\"a\"] | input.std: \"[\\\"a\\\"]\" (expected: a list"
            + " of numbers)",
        "\"height\": 4 | \"height\": 0 | input.height: 0 (expected: a whole number >= 1)",
        "\"height\": 4 | \"height\": null | input.height: missing (expected: a whole number >= 1)",
        "\"bilinear\" | \"la\\n"
            + "nczos\" | input.interpolation: \"la\\u000anczos\" (expected: bilinear or bicubic)",
        "\"bilinear\" | 7 | input.interpolation: 7 (expected: bilinear or bicubic)"
      })
  void whatDoesNotFitIsNamedAndQuoted(String instead, String written, String said) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Card.parse(Graphs.card(4).replace(instead, written)))
        .withMessage("card.json: " + said);
  }

  @Test
  void whatIsLongIsCut() {
    var card = Graphs.card(4).replace("bilinear", "x".repeat(1_000_000));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Card.parse(card))
        .withMessage(
            "card.json: input.interpolation: \"%s…\" (expected: bilinear or bicubic)"
                .formatted("x".repeat(120)));
    var number = Graphs.card(4).replace("\"height\": 4", "\"height\": 1" + "0".repeat(900));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Card.parse(number))
        .withMessage(
            "card.json: input.height: \"1%s…\" (expected: a whole number >= 1)"
                .formatted("0".repeat(119)));
  }
}
