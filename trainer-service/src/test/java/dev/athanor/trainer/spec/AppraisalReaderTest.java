package dev.athanor.trainer.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.athanor.platform.error.Problem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AppraisalReaderTest {
  private final AppraisalReader reader = new AppraisalReader();

  @Test
  void whatIsLeftOutIsStated() {
    var spec = read("{'model': 'm@3', 'dataset': 'd'}");
    assertThat(spec.methods()).containsExactly(EvaluationMethod.KNN, EvaluationMethod.LINEAR_PROBE);
    assertThat(spec.knn()).isEqualTo(new AppraisalSpec.Knn(20, 0.07));
    assertThat(spec.fractions()).containsExactly(0.01, 0.1, 1.0);
    assertThat(spec.seeds()).containsExactly(0L);
    assertThat(spec.fineTune()).isEqualTo(ClassifierBudget.FINE_TUNE);
    assertThat(spec.fromScratch()).isEqualTo(ClassifierBudget.FROM_SCRATCH);
    assertThat(reader.readStored(reader.write(spec))).isEqualTo(spec);
  }

  @Test
  void numbersOfLabelsReplaceTheUsualFractions() {
    var spec = read("{'model': 'm', 'dataset': 'd', 'perClass': [10], 'knn': {'k': 5}}");
    assertThat(spec.shares()).containsExactly(LabelShare.perClass(10));
    assertThat(spec.knn()).isEqualTo(new AppraisalSpec.Knn(5, 0.07));
  }

  /// Cells of one seed share embeddings.
  @Test
  void cellsOfOneSeedComeSideBySide() {
    var spec =
        read(
            "{'model': 'm', 'dataset': 'd', 'methods': ['from-scratch', 'tf-idf', 'knn'], 'fractions': [0.5], 'seeds': [2, 1]}");
    assertThat(spec.cells())
        .extracting(AppraisalSpec.Cell::method, AppraisalSpec.Cell::seed)
        .containsExactly(
            tuple(EvaluationMethod.KNN, 2L),
            tuple(EvaluationMethod.TF_IDF, 2L),
            tuple(EvaluationMethod.FROM_SCRATCH, 2L),
            tuple(EvaluationMethod.KNN, 1L),
            tuple(EvaluationMethod.TF_IDF, 1L),
            tuple(EvaluationMethod.FROM_SCRATCH, 1L));
  }

  @Test
  void aShareCountsLabels() {
    assertThat(LabelShare.of(0.01).count(60_000, 10)).isEqualTo(600);
    assertThat(LabelShare.of(0.001).count(500, 10)).as("one a class at least").isEqualTo(10);
    assertThat(LabelShare.perClass(10).count(60_000, 10)).isEqualTo(100);
    assertThat(LabelShare.of(0.01)).hasToString("1 %");
    assertThat(LabelShare.of(0.125)).hasToString("12.5 %");
    assertThat(LabelShare.perClass(10)).hasToString("10 a class");
    assertThatThrownBy(() -> LabelShare.perClass(51).count(500, 10))
        .hasMessage("perClass: 51 (expected: <= 50, for 10 classes have 500 labels)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          'fractions': [0]               | fractions[0]: 0.0 (expected: > 0 and <= 1)
          'fractions': [0.1, 1.5]        | fractions[1]: 1.5 (expected: > 0 and <= 1)
          'fractions': []                | fractions: [] (expected: one at least)
          'fractions': [0.1, 0.1]        | fractions[1]: 0.1 (expected: each once)
          'fractions': [0.3333333, 0.1, 0.333333] | fractions[2]: 0.333333 (expected: apart from fractions[0], 0.3333333, in the first six decimals)
          'fractions': [null]            | fractions[0]: missing (expected: a value)
          'perClass': [0]                | perClass[0]: 0 (expected: >= 1)
          'seeds': []                    | seeds: [] (expected: one at least)
          'seeds': [0.5]                 | seeds
          'methods': ['guess']           | "guess" (expected: one of [knn, linear-probe, tf-idf, fine-tune, from-scratch])
          'methods': []                  | methods: [] (expected: one at least)
          'random': true, 'methods': ['fine-tune'] | methods: fine-tune (expected: from-scratch, where the encoder is random)
          'knn': {'k': 0}                | knn.k: 0 (expected: >= 1)
          'knn': {'k': 2147483647}       | knn.k: 2147483647 (expected: <= 1000)
          'knn': {'temperature': -1}     | knn.temperature: -1.0 (expected: > 0)
          'fineTune': {'epochs': 0}      | fineTune.epochs: 0 (expected: from 1 to 10000)
          'model': 'no/where'            | model: \"no/where\" (expected: a model and its version or alias
          'dataset': '../etc'            | dataset: \"../etc\" (expected:
          'version': 0                   | version: 0 (expected: >= 1)
          'colour': 'red'                | colour: unknown field
          """)
  void whatDoesNotFitIsNamed(String written, String message) {
    var base = new ArrayList<String>();
    if (!written.startsWith("'model'")) {
      base.add("'model': 'm@1'");
    }
    if (!written.startsWith("'dataset'")) {
      base.add("'dataset': 'd'");
    }
    base.add(written);
    assertThatThrownBy(() -> read("{" + String.join(", ", base) + "}"))
        .isInstanceOf(Problem.class)
        .hasMessageContaining(message);
  }

  @Test
  void tooManyCellsAreRefusedWithTheBound() {
    var seeds = IntStream.range(0, 200).boxed().toList();
    assertThatThrownBy(() -> read("{'model': 'm', 'dataset': 'd', 'seeds': " + seeds + "}"))
        .hasMessageContaining("1200 (expected: <= 1000)");
  }

  @Test
  void evenMoreCellsThanAnIntCountsAreRefused() {
    var numbers = IntStream.rangeClosed(1, 23_900).boxed().toList();
    var request =
        "{'model': 'm', 'dataset': 'd', 'methods': ['knn', 'linear-probe', 'tf-idf', 'fine-tune', 'from-scratch'], 'perClass': %s, 'seeds': %s}"
            .formatted(numbers.subList(0, 18_000), numbers);
    assertThatThrownBy(() -> read(request)).hasMessageContaining("2151000000 (expected: <= 1000)");
  }

  private AppraisalSpec read(String json) {
    return reader.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }
}
