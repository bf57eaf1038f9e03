package dev.athanor.trainer.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.platform.error.Problem;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class UploadedCardTest {
  @Test
  void aCardIsWrittenWithoutWhitespace() {
    var whole = parse(card("{\"a\" :\n [1,  2]}")).complete("m", 1, List.of());
    assertThat(whole)
        .isEqualTo(
            """
            {"name":"m","version":1,"kind":"image-encoder","input":{"a":[1,2]},"output":{},\
            "lineage":{"source":"uploaded"},"files":{}}""");
  }

  @Test
  void aCardThatIsNestedTooDeeplyIsRefused() {
    parse(card(nested(16)));
    assertThatThrownBy(() -> parse(card(nested(17))))
        .isInstanceOf(Problem.class)
        .hasMessage("card.input: 17 levels of objects and lists (expected: at most 16)");
  }

  private static String nested(int levels) {
    return "{\"a\":" + "[".repeat(levels - 1) + "]".repeat(levels - 1) + "}";
  }

  private static String card(String input) {
    return "{\"kind\": \"image-encoder\", \"input\": %s, \"output\": {}}".formatted(input);
  }

  private static UploadedCard parse(String card) {
    return UploadedCard.parse(card.getBytes(StandardCharsets.UTF_8));
  }
}
