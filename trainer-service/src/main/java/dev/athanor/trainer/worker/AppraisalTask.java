package dev.athanor.trainer.worker;

import dev.athanor.learning.engine.Torch;
import dev.athanor.learning.training.DivergedException;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import dev.athanor.platform.store.StoreException;
import dev.athanor.preprocessing.tokenizer.Tokenizer;
import dev.athanor.trainer.appraisal.Appraisal;
import dev.athanor.trainer.appraisal.AppraisalProgress;
import dev.athanor.trainer.appraisal.AppraisalState;
import dev.athanor.trainer.appraisal.OwnedAppraisal;
import dev.athanor.trainer.batch.BatchFailure;
import dev.athanor.trainer.evaluation.Appraiser;
import dev.athanor.trainer.job.Feed;
import dev.athanor.trainer.lease.LeaseLost;
import dev.athanor.trainer.spec.Medium;
import dev.athanor.trainer.spec.PublishedEncoders;
import dev.athanor.trainer.time.Ticker;
import java.io.UncheckedIOException;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/// One evaluation from wherever it stands to its end, or to where this worker must leave it, as
/// [RunTask] does it for a run.
final class AppraisalTask {
  private static final Logger log = LoggerFactory.getLogger(AppraisalTask.class);

  private final Appraisal appraisal;
  private final OwnedAppraisal rows;
  private final Feed feed;
  private final Tokenising tokenising;
  private final PublishedEncoders published;
  private final Ticker ticker;
  private final WorkerProperties properties;

  AppraisalTask(
      Appraisal appraisal,
      OwnedAppraisal rows,
      Feed feed,
      Tokenising tokenising,
      PublishedEncoders published,
      Ticker ticker,
      WorkerProperties properties) {
    this.appraisal = appraisal;
    this.rows = rows;
    this.feed = feed;
    this.tokenising = tokenising;
    this.published = published;
    this.ticker = ticker;
    this.properties = properties;
  }

  void run() throws InterruptedException {
    try {
      int takes = rows.taken();
      if (takes > properties.takes()) {
        fail(
            "the evaluation was taken %d times without finishing a cell (expected: one within %d); the workers' logs say why"
                .formatted(takes - 1, properties.takes()));
        return;
      }
      work();
    } catch (Guard.Cancelled cancelled) {
      rows.become(AppraisalState.CANCELLED, cancelled.getMessage());
    } catch (BatchFailure | DivergedException | RunFailure failure) {
      fail(String.valueOf(failure.getMessage()));
    } catch (Guard.Stopping | LeaseLost leave) {
      log.info("evaluation {} is left: {}", rows.id(), leave.getMessage());
    } catch (DataAccessException
        | TransactionException
        | StoreException
        | KafkaException
        | UncheckedIOException away) {
      log.warn("evaluation {} is left for now: {}", rows.id(), away.toString());
    } catch (Problem problem) {
      if (problem.kind() != Kind.UNAVAILABLE) {
        fail(problem.getMessage());
      } else {
        log.warn("evaluation {} is left for now: {}", rows.id(), problem.getMessage());
      }
    } catch (RuntimeException | LinkageError bug) {
      log.error("evaluation {} fails", rows.id(), bug);
      fail("internal: " + bug);
    }
  }

  private void fail(String reason) {
    log.warn("evaluation {} fails: {}", rows.id(), reason);
    rows.become(AppraisalState.FAILED, reason);
  }

  private void work() throws InterruptedException {
    feed.guard().run();
    rows.become(AppraisalState.RUNNING, null);
    var conditions = conditions();
    Torch.useThreads(conditions.threads());
    var weights = published.weights(appraisal.encoder());
    var tokenizer =
        texts() ? Tokenizer.load(tokenising.file(appraisal.dataset(), feed.guard())) : null;
    new Appraiser(appraisal, conditions, rows, feed, weights, tokenizer, ticker).appraise();
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
