package dev.athanor.embedding.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class EncoderPropertiesTest {
  @Test
  void aModelMayHaveThreadsOfItsOwn() {
    var properties = properties(Map.of("wide", new EncoderProperties.Own(4, null)));
    assertThat(properties.threads("wide")).isEqualTo(4);
    assertThat(properties.threads("other")).isEqualTo(2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new EncoderProperties.Own(0, null))
        .withMessage("athanor.encoder.models.threads: 0 (expected: >= 1)");
  }

  private static EncoderProperties properties(Map<String, EncoderProperties.Own> models) {
    return new EncoderProperties(Path.of("x"), 1, DataSize.ofGigabytes(1), 2, "cpu", models);
  }
}
