package dev.athanor.embedding.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerFormatTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | JSON",
        "*/* | JSON",
        "application/json;q=0.5, application/x-npy | NPY",
        "image/png, application/octet-stream | BYTES"
      })
  void whatTheCallerLikesBest(String accept, AnswerFormat format) {
    assertThat(AnswerFormat.of(accept)).isEqualTo(format);
  }

  @Test
  void aListThatIsTooLongIsRefused() {
    var accept = String.join(", ", Collections.nCopies(51, "application/json"));
    assertThatExceptionOfType(Problem.class)
        .isThrownBy(() -> AnswerFormat.of(accept))
        .satisfies(refused -> assertThat(refused.kind()).isEqualTo(Kind.NOT_ACCEPTABLE));
  }
}
