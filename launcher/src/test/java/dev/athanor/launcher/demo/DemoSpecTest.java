package dev.athanor.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

class DemoSpecTest {
  private static final String VERSION =
      """
      {"dataset": "mine", "version": 3, "image": {"height": %d, "width": %d, "channels": 1},
       "splits": {"train": {"samples": 1000}, "test": {"labelled": 0}}}""";

  @ParameterizedTest
  @EnumSource
  void namesTheModelByItsObjective(DemoObjective objective) {
    var spec = spec(objective, 28);
    assertThat(spec.get("name")).isEqualTo(objective.kind() + "-mine");
    assertThat(spec.get("objective")).asString().contains("kind=" + objective.kind());
  }

  @ParameterizedTest
  @CsvSource({"17, 28", "28, 28", "30, 32", "50, 64", "500, 64"})
  void aVaeSeesASizeThatItCanHalve(int images, int size) {
    assertThat(spec(DemoObjective.VAE, images).get("augmentation")).isEqualTo(Map.of("size", size));
  }

  @Test
  void refusesAnObjectiveThatItDoesNotKnow() {
    assertThatThrownBy(() -> DemoObjective.of("moco"))
        .hasMessage("--objective: moco (expected: one of [simclr, byol, vae, mlm, clm])");
  }

  /// Long documents are read as one stream, or most of each would never be seen.
  @Test
  void fewTextsArePacked() {
    var books =
        VERSION.replace("\"image\"", "\"text\"").replace("\"samples\": 1000", "\"samples\": 16");
    assertThat(texts(books).get("objective"))
        .isEqualTo(Map.of("kind", "mlm", "select", 0.4, "packed", true));
    assertThat(texts(VERSION).get("objective")).isEqualTo(Map.of("kind", "mlm", "select", 0.4));
    assertThat(texts(VERSION).get("text")).isEqualTo(Map.of("tokenizer", "mine-3", "context", 64));
  }

  private static Map<String, Object> texts(String version) {
    var read = JsonMapper.builder().build().readTree(version.formatted(1, 1));
    return DemoSpec.spec(DemoObjective.MLM, read, 1.0, 42);
  }

  private static Map<String, Object> spec(DemoObjective objective, int size) {
    var version = JsonMapper.builder().build().readTree(VERSION.formatted(size, size));
    return DemoSpec.spec(objective, version, 1.0, 42);
  }
}
