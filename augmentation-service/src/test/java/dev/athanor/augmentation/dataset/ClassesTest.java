package dev.athanor.augmentation.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.platform.error.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassesTest {
  private final Classes classes = new Classes();

  @ParameterizedTest
  @CsvSource({
    "0000, '\"3\\u0000\"'",
    "000a, '\"3\\u000a\"'",
    "0085, '\"3\\u0085\"'",
    "d800, '\"3\\ud800\"'"
  })
  void aNameThatIsNoTextIsRefused(String code, String quoted) {
    var name = "3" + (char) Integer.parseInt(code, 16);

    assertThatThrownBy(() -> classes.add("a.csv: line 3", name))
        .isInstanceOf(Problem.class)
        .hasMessage(
            "a.csv: line 3: class %s: a control character or half a surrogate pair in it (expected: Unicode text)"
                .formatted(quoted));
  }

  @Test
  void whateverElseIsUnicodeIsAName() {
    classes.add("a.csv: line 2", "犬 Zoë 🦊");

    assertThat(classes.labels().names()).containsExactly("犬 Zoë 🦊");
  }
}
