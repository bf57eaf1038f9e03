package dev.athanor.prompt.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

class LanguagePropertiesTest {
  @ParameterizedTest
  @ValueSource(strings = {"localhost:8000", "ftp://a/v1", "http:///v1", "http://my_host:8000/v1"})
  void whatNoRequestCanBeSentToIsRefusedAtTheStart(String address) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> properties(address, "", 0))
        .withMessageContaining("athanor.language.base-url: " + address);
  }

  @Test
  void aKeyFromAFileMayEndInALineBreak() {
    assertThat(properties("http://a/v1", " secret\n", 0).apiKey()).isEqualTo("secret");
    assertThat(properties("http://a/v1", "\n", 0).apiKey()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sec\nret", "sec ret", "s\u00e9cret"})
  void aKeyThatNoHeaderTakesIsRefusedAndNotShown(String key) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> properties("http://a/v1", key, 0))
        .withMessageContaining("athanor.language.api-key")
        .withMessageNotContaining("cret");
  }

  @Test
  void theLongestRequestFits() {
    assertThat(properties("http://a/v1", "", 4).bodiesBytes()).isEqualTo(4 << 20);
    assertThat(properties("http://a/v1", "", 0).bodiesBytes())
        .isEqualTo(Runtime.getRuntime().maxMemory() / 4);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> properties("http://a/v1", "", 3))
        .withMessageContaining("athanor.language.bodies");
  }

  private static LanguageProperties properties(String address, String key, int bodies) {
    return new LanguageProperties(
        URI.create(address),
        key,
        null,
        Duration.ofSeconds(1),
        DataSize.ofMegabytes(4),
        DataSize.ofMegabytes(bodies));
  }
}
