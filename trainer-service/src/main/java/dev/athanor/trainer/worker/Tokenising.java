package dev.athanor.trainer.worker;

import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import dev.athanor.trainer.dataset.TokenCounts;
import dev.athanor.trainer.dataset.TokenIndex;
import dev.athanor.trainer.dataset.TokenizerFacts;
import dev.athanor.trainer.dataset.Tokenizers;
import dev.athanor.trainer.job.Job;
import dev.athanor.trainer.run.Progress;
import dev.athanor.trainer.time.Ticker;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a run on texts needs of the augmentation-service beside batches: that its data set's tokens
/// are there before it begins, and the tokenizer's file.
final class Tokenising {
  private static final Logger log = LoggerFactory.getLogger(Tokenising.class);
  private static final long LOOK_EVERY_MS = 500;

  private final Tokenizers tokenizers;
  private final Duration patience;
  private final Ticker ticker;

  /// @param patience without an answer, or without the tokens getting further
  Tokenising(Tokenizers tokenizers, Duration patience, Ticker ticker) {
    this.tokenizers = tokenizers;
    this.patience = patience;
    this.ticker = ticker;
  }

  /// Has the tokens made, where they are not there, and waits until they are.
  ///
  /// @throws RunFailure where they cannot be made
  TokenCounts await(Job job) throws InterruptedException {
    var dataset = job.run().dataset();
    var tokenizer = tokenizer(job);
    var index = persistently(job, () -> tokenizers.ask(dataset, tokenizer));
    long moved = ticker.nanos();
    while (index.state() == TokenIndex.State.BUILDING) {
      if (isOver(moved)) {
        throw notReady(
            job,
            "%s tokenised for %d s (expected: more)"
                .formatted(percent(index), patience.toSeconds()));
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
      var next = persistently(job, () -> tokenizers.look(dataset, tokenizer));
      if (!next.progress().equals(index.progress())) {
        moved = ticker.nanos();
        tell(job, next);
      }
      index = next;
    }
    if (index.splits() == null) {
      throw notReady(job, String.valueOf(index.reason()));
    }
    if (!index.sha256().equals(tokenizer.sha256())) {
      throw notReady(
          job,
          "made with the file %s (expected: %s)".formatted(index.sha256(), tokenizer.sha256()));
    }
    return index.splits();
  }

  /// The tokenizer's file, as it was when the run was created.
  byte[] file(Job job) throws InterruptedException {
    return persistently(job, () -> tokenizers.file(tokenizer(job)));
  }

  private static TokenizerFacts tokenizer(Job job) {
    return Objects.requireNonNull(job.run().dataset().tokenizer(), "tokenizer");
  }

  /// Asks again while no answer can be had: the service may be starting.
  private <T> T persistently(Job job, Supplier<T> ask) throws InterruptedException {
    long began = ticker.nanos();
    while (true) {
      job.guard().run();
      try {
        return ask.get();
      } catch (Problem problem) {
        if (problem.kind() != Kind.UNAVAILABLE) {
          throw new RunFailure(problem.getMessage());
        }
        if (isOver(began)) {
          throw problem;
        }
        log.warn("run {} waits: {}", job.run().id(), problem.getMessage());
        TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
      }
    }
  }

  private boolean isOver(long since) {
    return ticker.nanos() - since > patience.toNanos();
  }

  private static void tell(Job job, TokenIndex index) {
    job.rows().progress(new Progress(0, 0, 0, null, 0, 0, 0, "tokenising: " + percent(index)));
  }

  private static String percent(TokenIndex index) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * index.progress().part());
  }

  private static RunFailure notReady(Job job, String why) {
    return new RunFailure(
        "tokens-not-ready: %s version %d by tokenizer %s: %s"
            .formatted(
                job.run().dataset().dataset(),
                job.run().dataset().version(),
                tokenizer(job).name(),
                why));
  }
}
