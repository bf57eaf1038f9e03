package dev.athanor.platform.error;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.junit.jupiter.api.Test;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

class JsonErrorsTest {
  private final JsonMapper json =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(StreamReadConstraints.builder().maxTokenCount(100).build())
                  .build())
          .build();

  @Test
  void aDocumentBeyondTheBoundsIsToldThem() {
    assertThat(describe("[" + "{},".repeat(100) + "{}]"))
        .startsWith("document: Token count (101) exceeds the maximum allowed (100, ");
  }

  @Test
  void aDocumentThatIsNoneIsToldWhere() {
    assertThat(describe("{\n  nonsense")).startsWith("not readable at line 2, column ");
  }

  private String describe(String document) {
    return JsonErrors.describe(catchThrowable(() -> json.readTree(document)));
  }
}
