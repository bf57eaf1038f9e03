package dev.athanor.trainer.appraisal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.trainer.dataset.DatasetFacts;
import dev.athanor.trainer.spec.AppraisalSpec;
import dev.athanor.trainer.spec.ClassifierBudget;
import dev.athanor.trainer.spec.EvaluationMethod;
import dev.athanor.trainer.spec.LabelShare;
import dev.athanor.trainer.spec.PublishedEncoder;
import dev.athanor.trainer.spec.ResNetSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final AppraisalSpec.Knn USUAL = new AppraisalSpec.Knn(20, 0.07);
  private static final AppraisalSpec.Knn MANY = new AppraisalSpec.Knn(200, 0.5);

  @Test
  void figuresOfOtherSettingsStandInRowsOfTheirOwn() {
    var both =
        List.of(
            appraisal("usual", USUAL, cell(EvaluationMethod.KNN, 0.9)),
            appraisal("many", MANY, cell(EvaluationMethod.KNN, 0.8)));
    assertThat(Tables.markdown(Comparison.of(both)).lines().skip(2))
        .containsExactly(
            "| knn (k 20, temperature 0.07) | 1 % | 90.00 | – |",
            "| knn (k 200, temperature 0.5) | 1 % | – | 80.00 |");
  }

  @Test
  void settingsThatNothingWasFoundWithAreNotStated() {
    var both =
        List.of(
            appraisal(
                "usual",
                USUAL,
                cell(EvaluationMethod.KNN, 0.9),
                cell(EvaluationMethod.LINEAR_PROBE, 0.7)),
            appraisal("many", MANY, cell(EvaluationMethod.LINEAR_PROBE, 0.6)));
    assertThat(Tables.markdown(Comparison.of(both)).lines().skip(2))
        .containsExactly("| knn | 1 % | 90.00 | – |", "| linear-probe | 1 % | 70.00 | 60.00 |");
  }

  @Test
  void aSpreadsheetHasTheSettings() {
    var csv =
        Tables.csv(
            List.of(
                appraisal(
                    "many",
                    MANY,
                    cell(EvaluationMethod.KNN, 0.8),
                    cell(EvaluationMethod.LINEAR_PROBE, 0.7),
                    cell(EvaluationMethod.FINE_TUNE, 0.6))));
    assertThat(csv.lines().map(line -> line.replaceAll(".*,0.000,", "")))
        .containsExactly(
            "evaluation,model,random,dataset,dataset_version,method,fraction,per_class,labels,seeds,accuracy,std,seconds,epochs,steps,batch,k,temperature,learning_rate,weight_decay,penalties",
            ",,,200,0.5,,,",
            ",,,,,,,0.01",
            "2,4,3,,,5.0E-4,1.0E-4,");
  }

  private static Cell cell(EvaluationMethod method, double accuracy) {
    return Cell.of(
        new AppraisalSpec.Cell(method, LabelShare.of(0.01), 0),
        12,
        accuracy,
        0,
        method == EvaluationMethod.LINEAR_PROBE ? 0.01 : null,
        method == EvaluationMethod.FINE_TUNE ? new Cell.Training(2, 4, 3) : null);
  }

  private static Appraisal appraisal(String id, AppraisalSpec.Knn knn, Cell... cells) {
    var spec =
        new AppraisalSpec(
            "shoes@1",
            false,
            "shoes",
            1,
            Arrays.stream(cells).map(Cell::method).toList(),
            List.of(0.01),
            List.of(),
            List.of(0L),
            knn,
            ClassifierBudget.FINE_TUNE,
            ClassifierBudget.FROM_SCRATCH);
    var encoder =
        new PublishedEncoder(
            "shoes",
            1,
            new ResNetSpec(10, 4, "cifar"),
            new PublishedEncoder.Images(1, 28, List.of(0.3), List.of(0.3)));
    var dataset =
        new DatasetFacts(
            "shoes",
            1,
            "READY",
            new DatasetFacts.ImageSize(28, 28, 1),
            List.of("a", "b"),
            List.of(0.3),
            List.of(0.3),
            Map.of(),
            null);
    return new Appraisal(
        id,
        AppraisalState.SUCCEEDED,
        null,
        Instant.EPOCH,
        null,
        null,
        spec,
        encoder,
        dataset,
        null,
        null,
        List.of(cells));
  }
}
