package dev.athanor.trainer.worker;

import dev.athanor.learning.engine.Torch;
import dev.athanor.preprocessing.tokenizer.Tokenizer;
import dev.athanor.trainer.appraisal.Appraisal;
import dev.athanor.trainer.appraisal.AppraisalProgress;
import dev.athanor.trainer.appraisal.AppraisalState;
import dev.athanor.trainer.appraisal.OwnedAppraisal;
import dev.athanor.trainer.checkpoint.CellCheckpoints;
import dev.athanor.trainer.evaluation.Appraiser;
import dev.athanor.trainer.evaluation.Keeping;
import dev.athanor.trainer.file.Scratch;
import dev.athanor.trainer.job.Feed;
import dev.athanor.trainer.spec.Medium;
import dev.athanor.trainer.spec.PublishedEncoders;
import dev.athanor.trainer.time.Ticker;

/// One evaluation, as [RunTask] is one run; what it has found it does not look for again.
final class AppraisalTask {
  private final Appraisal appraisal;
  private final OwnedAppraisal rows;
  private final Feed feed;
  private final Tokenising tokenising;
  private final PublishedEncoders published;
  private final CellCheckpoints checkpoints;
  private final Scratch scratch;
  private final Ticker ticker;
  private final WorkerProperties properties;

  AppraisalTask(
      Appraisal appraisal,
      OwnedAppraisal rows,
      Feed feed,
      Tokenising tokenising,
      PublishedEncoders published,
      CellCheckpoints checkpoints,
      Scratch scratch,
      Ticker ticker,
      WorkerProperties properties) {
    this.appraisal = appraisal;
    this.rows = rows;
    this.feed = feed;
    this.tokenising = tokenising;
    this.published = published;
    this.checkpoints = checkpoints;
    this.scratch = scratch;
    this.ticker = ticker;
    this.properties = properties;
  }

  void run() throws InterruptedException {
    try {
      int deaths = rows.deaths();
      if (deaths >= properties.takes()) {
        throw new RunFailure(
            "%d workers in a row died over the evaluation without getting anywhere (expected: a cell or its checkpoint within %d); their logs say why"
                .formatted(deaths, properties.takes()));
      }
      work();
    } catch (Guard.Cancelled cancelled) {
      rows.become(AppraisalState.CANCELLED, cancelled.getMessage());
    }
  }

  private void work() throws InterruptedException {
    feed.guard().run();
    rows.become(AppraisalState.RUNNING, null);
    var conditions = conditions();
    Torch.useThreads(conditions.threads());
    var weights = published.weights(appraisal.encoder());
    var tokenizer =
        texts() ? Tokenizer.load(tokenising.file(appraisal.dataset(), feed.guard())) : null;
    var keeping = new Keeping(rows.row(), checkpoints, scratch, properties.cells(), ticker);
    new Appraiser(
            appraisal,
            conditions,
            rows,
            feed,
            weights,
            tokenizer,
            properties.room(),
            keeping,
            ticker)
        .appraise();
    rows.become(AppraisalState.SUCCEEDED, null);
  }

  private Appraisal.Conditions conditions() throws InterruptedException {
    var conditions = appraisal.conditions();
    if (conditions == null) {
      if (texts()) {
        tokenising.await(appraisal.dataset(), feed.guard(), this::tell);
      }
      conditions =
          new Appraisal.Conditions(
              properties.engineThreads(), Appraiser.augmenterBuild(appraisal, feed));
      rows.conditions(conditions);
    }
    return conditions;
  }

  private boolean texts() {
    return appraisal.dataset().medium() == Medium.TEXTS;
  }

  private void tell(String phase) {
    rows.progress(new AppraisalProgress(0, appraisal.spec().cells().size(), phase));
  }
}
