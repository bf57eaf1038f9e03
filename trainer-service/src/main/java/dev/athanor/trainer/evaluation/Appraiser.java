package dev.athanor.trainer.evaluation;

import dev.athanor.contracts.batch.Selection;
import dev.athanor.learning.evaluation.KNearestNeighbours;
import dev.athanor.learning.evaluation.LinearProbe;
import dev.athanor.learning.safetensors.Tensor;
import dev.athanor.preprocessing.tokenizer.Tokenizer;
import dev.athanor.trainer.appraisal.Appraisal;
import dev.athanor.trainer.appraisal.AppraisalProgress;
import dev.athanor.trainer.appraisal.Cell;
import dev.athanor.trainer.appraisal.OwnedAppraisal;
import dev.athanor.trainer.job.Feed;
import dev.athanor.trainer.spec.AppraisalSpec;
import dev.athanor.trainer.spec.ClassifierBudget;
import dev.athanor.trainer.spec.EvaluationMethod;
import dev.athanor.trainer.spec.LabelShare;
import dev.athanor.trainer.time.Ticker;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Finds the figures of an evaluation that are still missing, cell by cell.
public final class Appraiser {
  private final Appraisal appraisal;
  private final OwnedAppraisal rows;
  private final Feed feed;
  private final Map<String, Tensor> weights;
  private final EmbeddingRoom room;
  private final Keeping keeping;
  private final Ticker ticker;
  private final Views views;
  private final @Nullable Shares<WordBaseline.Documents> words;

  /// @param conditions that all cells are found under
  /// @param weights of the published encoder
  /// @param tokenizer of the encoder; null for one of images
  /// @param room that its embeddings have
  /// @param keeping of the networks that it trains
  public Appraiser(
      Appraisal appraisal,
      Appraisal.Conditions conditions,
      OwnedAppraisal rows,
      Feed feed,
      Map<String, Tensor> weights,
      @Nullable Tokenizer tokenizer,
      EmbeddingRoom room,
      Keeping keeping,
      Ticker ticker) {
    this.appraisal = appraisal;
    this.rows = rows;
    this.feed = feed;
    this.weights = weights;
    this.room = room;
    this.keeping = keeping;
    this.ticker = ticker;
    this.views = Views.of(appraisal.dataset(), appraisal.encoder(), conditions.augmenterBuild());
    this.words =
        tokenizer == null
            ? null
            : new Shares<>(
                appraisal,
                views,
                new WordBaseline(new EvaluationViews(feed, views), tokenizer, room));
  }

  /// The build of the augmenter that answers now.
  public static String augmenterBuild(Appraisal appraisal, Feed feed) throws InterruptedException {
    var views = Views.of(appraisal.dataset(), appraisal.encoder(), null);
    return new EvaluationViews(feed, views).build();
  }

  /// @throws NoRoomException where embeddings or texts do not fit into the heap
  public void appraise() throws InterruptedException {
    var spec = appraisal.spec();
    requireRoom();
    var done = new HashSet<AppraisalSpec.Cell>();
    appraisal.cells().forEach(cell -> done.add(cell.asked()));
    try (var features = new Features(appraisal, feed, views, weights)) {
      for (var asked : spec.cells()) {
        if (!done.contains(asked)) {
          tell(asked, done.size());
          rows.found(find(asked, features));
          done.add(asked);
        }
      }
    }
  }

  /// All embeddings that frozen methods look at are held at once: the test split's, and of the
  /// training split the whole, a part, or both.
  private void requireRoom() {
    var methods = appraisal.spec().methods();
    if (!methods.contains(EvaluationMethod.KNN)
        && !methods.contains(EvaluationMethod.LINEAR_PROBE)) {
      return;
    }
    int samples = views.samples("train");
    int dimensions = appraisal.encoder().network().dimensions();
    var shares = appraisal.spec().shares().stream().mapToInt(this::labels).distinct().toArray();
    long whole = IntStream.of(shares).anyMatch(labels -> labels == samples) ? samples : 0;
    long part = IntStream.of(shares).filter(labels -> labels < samples).max().orElse(0);
    long wanted = views.samples("test") + whole + part;
    if (wanted > room.rows(dimensions)) {
      throw new NoRoomException(
          "%d embeddings of %d numbers, %d of them of the test split, want %d bytes of heap (expected: at most %d embeddings, which this worker has room for; ask for fewer labels, or give it more with -Xmx)"
              .formatted(
                  wanted,
                  dimensions,
                  views.samples("test"),
                  EmbeddingRoom.bytes(wanted, dimensions),
                  room.rows(dimensions)));
    }
  }

  private void tell(AppraisalSpec.Cell asked, int done) {
    feed.guard().run();
    rows.progress(
        new AppraisalProgress(
            done,
            appraisal.spec().cells().size(),
            "%s, %s of the labels, seed %d"
                .formatted(asked.method(), asked.share(), asked.seed())));
  }

  private Cell find(AppraisalSpec.Cell asked, Features features) throws InterruptedException {
    var spec = appraisal.spec();
    return switch (asked.method()) {
      case KNN, LINEAR_PROBE -> probe(asked, features);
      case TF_IDF -> countWords(asked);
      case FINE_TUNE -> train(asked, spec.fineTune(), weights);
      case FROM_SCRATCH -> train(asked, spec.fromScratch(), null);
    };
  }

  private Cell probe(AppraisalSpec.Cell asked, Features features) throws InterruptedException {
    int labels = labels(asked.share());
    var queries = features.test(asked.seed());
    var bank = features.train(asked.seed(), labels);
    long begin = ticker.nanos();
    if (asked.method() == EvaluationMethod.KNN) {
      var knn = appraisal.spec().knn();
      double accuracy =
          new KNearestNeighbours(knn.k(), knn.temperature())
              .accuracy(bank.rows(), bank.labels(), queries.rows(), queries.labels());
      return Cell.of(asked, labels, accuracy, seconds(begin), null, null);
    }
    var probe = LinearProbe.withSeed(asked.seed()).fit(bank.rows(), bank.labels());
    double accuracy = probe.accuracy(queries.rows(), queries.labels());
    return Cell.of(asked, labels, accuracy, seconds(begin), probe.penalty(), null);
  }

  private Cell countWords(AppraisalSpec.Cell asked) throws InterruptedException {
    int labels = labels(asked.share());
    var documents = Objects.requireNonNull(words, "a tokenizer");
    var queries = documents.test();
    var bank = documents.train(asked.seed(), labels);
    long begin = ticker.nanos();
    double accuracy = WordBaseline.accuracy(bank, queries, asked.seed());
    return Cell.of(asked, labels, accuracy, seconds(begin), null, null);
  }

  private Cell train(
      AppraisalSpec.Cell asked, ClassifierBudget budget, @Nullable Map<String, Tensor> given)
      throws InterruptedException {
    int labels = labels(asked.share());
    var encoder = appraisal.encoder();
    var trained =
        new LabelledTraining(
                feed, views, encoder.network(), encoder.normalisation(), budget, keeping)
            .train(
                "%s-%d-%d".formatted(asked.method(), labels, asked.seed()),
                selection(views, asked.seed(), labels),
                labels,
                asked.seed(),
                given);
    var training =
        new Cell.Training(budget.epochs(labels), budget.steps(labels), budget.batch(labels));
    return Cell.of(asked, labels, trained.accuracy(), trained.seconds(), null, training);
  }

  private int labels(LabelShare share) {
    var dataset = appraisal.dataset();
    return share.count(dataset.split("train").labelled(), dataset.classes().size());
  }

  /// The samples whose labels a cell gets: of two shares of one seed the smaller lies in the
  /// larger. Null for all.
  static @Nullable Selection selection(Views views, long seed, int labels) {
    return labels == views.samples("train")
        ? null
        : Selection.newBuilder().setCount(labels).setSeed(seed).setBalanced(true).build();
  }

  private double seconds(long begin) {
    return (ticker.nanos() - begin) / (double) TimeUnit.SECONDS.toNanos(1);
  }
}
