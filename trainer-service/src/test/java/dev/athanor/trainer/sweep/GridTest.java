package dev.athanor.trainer.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.platform.error.Problem;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class GridTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @Test
  void theLastFieldChangesFastest() {
    var grid = grid("{\"a.b\": [1, 2], \"c\": [\"x\", \"y\", \"z\"]}");

    assertThat(grid.size()).isEqualTo(6);
    assertThat(IntStream.range(0, 6).mapToObj(cell -> grid.values(cell).toString()))
        .containsExactly(
            "{a.b=1, c=\"x\"}",
            "{a.b=1, c=\"y\"}",
            "{a.b=1, c=\"z\"}",
            "{a.b=2, c=\"x\"}",
            "{a.b=2, c=\"y\"}",
            "{a.b=2, c=\"z\"}");
    assertThat(Grid.ofStored(grid.toJson())).isEqualTo(grid);
  }

  @Test
  void aValueReplacesWhatStandsAtItsField() {
    var base = object("{\"name\": \"m\", \"encoder\": {\"kind\": \"resnet\", \"depth\": 18}}");
    var grid = grid("{\"encoder\": [{\"kind\": \"convnet\"}], \"optimiser.learningRate\": [0.1]}");

    assertThat(grid.spec(base, 0))
        .isEqualTo(
            object(
                "{\"name\": \"m\", \"encoder\": {\"kind\": \"convnet\"}, \"optimiser\": {\"learningRate\": 0.1}}"));
    assertThat(base.has("optimiser")).as("the base is as it was").isFalse();
  }

  @Test
  void countsBeyondWhatCanBeCounted() {
    var values = IntStream.range(0, 10_000).boxed().toList().toString();
    var fields =
        IntStream.range(0, 6)
            .mapToObj(i -> "\"f%d\": %s".formatted(i, values))
            .collect(Collectors.joining(", "));
    assertThat(grid("{\"f\": " + values + "}").size()).isEqualTo(10_000);
    assertThat(grid("{" + fields + "}").size()).isEqualTo(Long.MAX_VALUE);
  }

  /// More than a request of 256 KiB can hold.
  @Test
  @Timeout(5)
  void manyValuesAndManyFieldsAreReadInATimeThatGrowsAsTheyDo() {
    var values = IntStream.range(0, 200_000).boxed().toList().toString();
    var fields =
        IntStream.range(0, 50_000)
            .mapToObj("\"a%d.b\": [1]"::formatted)
            .collect(Collectors.joining(", "));
    assertThat(grid("{\"seed\": " + values + "}").size()).isEqualTo(200_000);
    assertThat(grid("{" + fields + "}").size()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                               | grid: empty (expected: one field at least)
          []                               | grid: "[]" (expected: an object of fields
          {"seed": 1}                      | grid."seed": "1" (expected: a list of values)
          {"seed": []}                     | grid.seed: empty (expected: one value at least)
          {"seed": [1, 2, 1]}              | grid.seed[2]: "1" once more (expected: each value once)
          {"../seed": [1]}                 | grid: "../seed" (expected: a field of the spec
          {"a.": [1]}                      | grid: "a." (expected: a field of the spec
          {"a": [1], "a.b": [1]}           | grid.a.b: overlaps grid.a (expected:
          {"a.b.c": [1], "ab": [1], "a": [1]} | grid.a: overlaps grid.a.b.c (expected:
          """)
  void refusesWhatIsNoGrid(String document, String message) {
    assertThatThrownBy(() -> grid(document))
        .isInstanceOf(Problem.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void aFieldOfWhatIsNoObjectIsRefused() {
    assertThatThrownBy(
            () -> grid("{\"dataset.version\": [1]}").spec(object("{\"dataset\": \"d\"}"), 0))
        .hasMessage(
            "grid.dataset.version: dataset is \"\\\"d\\\"\" in the spec (expected: an object)");
  }

  private static Grid grid(String document) {
    return Grid.of(JSON.readTree(document));
  }

  private static ObjectNode object(String document) {
    return (ObjectNode) JSON.readTree(document);
  }
}
