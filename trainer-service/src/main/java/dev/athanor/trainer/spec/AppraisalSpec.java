package dev.athanor.trainer.spec;

import dev.athanor.platform.name.Names;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a caller says about an evaluation. `evaluation.yml` fills in what they left out, so that
/// here nothing is missing.
///
/// @param model a published encoder, `name@3`; a stored spec names its version by number
/// @param random whether its weights are thrown away: an encoder of that shape before its first
///   step, the baseline of a table
/// @param version of the data set; null for the latest that is ready
/// @param fractions of the training labels
/// @param perClass numbers of labels of each class, beside the fractions
/// @param seeds that labels, validation splits, first weights and batches are drawn from
/// @param fineTune how long `fine-tune` trains
/// @param fromScratch how long `from-scratch` does
public record AppraisalSpec(
    String model,
    boolean random,
    String dataset,
    @Nullable Integer version,
    List<EvaluationMethod> methods,
    List<Double> fractions,
    List<Integer> perClass,
    List<Long> seeds,
    Knn knn,
    ClassifierBudget fineTune,
    ClassifierBudget fromScratch) {
  private static final int MOST_CELLS = 1000;

  /// @param k neighbours that vote
  /// @param temperature of the vote
  public record Knn(int k, double temperature) {
    public Knn {
      Checks.atLeast(1, "k", k);
      Checks.positive("temperature", temperature);
    }
  }

  /// One figure to find.
  public record Cell(EvaluationMethod method, LabelShare share, long seed) {}

  public AppraisalSpec {
    Checks.present("model", model);
    ModelReference.of("model", model);
    Checks.present("dataset", dataset);
    Names.check("dataset", dataset);
    if (version != null) {
      Checks.atLeast(1, "version", version);
    }
    methods = distinct("methods", methods);
    fractions = distinct("fractions", fractions);
    perClass = distinct("perClass", perClass);
    seeds = distinct("seeds", seeds);
    for (int i = 0; i < fractions.size(); i++) {
      double fraction = fractions.get(i);
      Checks.that(
          fraction > 0 && fraction <= 1, "fractions[%d]".formatted(i), fraction, "> 0 and <= 1");
    }
    for (int i = 0; i < perClass.size(); i++) {
      Checks.atLeast(1, "perClass[%d]".formatted(i), perClass.get(i));
    }
    Checks.that(!methods.isEmpty(), "methods", methods, "one at least");
    Checks.that(!seeds.isEmpty(), "seeds", seeds, "one at least");
    Checks.that(
        !fractions.isEmpty() || !perClass.isEmpty(), "fractions", fractions, "one at least");
    Checks.that(
        !random || !methods.contains(EvaluationMethod.FINE_TUNE),
        "methods",
        EvaluationMethod.FINE_TUNE,
        "from-scratch, where the encoder is random");
    long labels = (long) fractions.size() + perClass.size();
    long cells = methods.size() * labels * seeds.size();
    Checks.that(cells <= MOST_CELLS, "methods x labels x seeds", cells, "<= " + MOST_CELLS);
  }

  private static <T> List<T> distinct(String field, List<T> values) {
    Checks.present(field, values);
    var seen = new HashSet<T>();
    for (int i = 0; i < values.size(); i++) {
      var value = values.get(i);
      Checks.present("%s[%d]".formatted(field, i), value);
      Checks.that(seen.add(value), "%s[%d]".formatted(field, i), value, "each once");
    }
    return List.copyOf(values);
  }

  /// The same, with what a model's name and a data set's latest version stand for now.
  public AppraisalSpec pinnedTo(String pinnedModel, int pinnedVersion) {
    return new AppraisalSpec(
        pinnedModel,
        random,
        dataset,
        pinnedVersion,
        methods,
        fractions,
        perClass,
        seeds,
        knn,
        fineTune,
        fromScratch);
  }

  /// The fractions, then the numbers a class.
  public List<LabelShare> shares() {
    var shares = new ArrayList<LabelShare>();
    fractions.forEach(fraction -> shares.add(LabelShare.of(fraction)));
    perClass.forEach(labels -> shares.add(LabelShare.perClass(labels)));
    return shares;
  }

  /// All figures, those of one seed side by side, because they share embeddings.
  public List<Cell> cells() {
    var cells = new ArrayList<Cell>();
    for (long seed : seeds) {
      for (var method : EvaluationMethod.values()) {
        if (methods.contains(method)) {
          shares().forEach(share -> cells.add(new Cell(method, share, seed)));
        }
      }
    }
    return cells;
  }
}
