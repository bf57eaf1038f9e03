package dev.athanor.trainer.worker;

import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import dev.athanor.trainer.dataset.DatasetFacts;
import dev.athanor.trainer.dataset.TokenCounts;
import dev.athanor.trainer.dataset.TokenIndex;
import dev.athanor.trainer.dataset.TokenizerFacts;
import dev.athanor.trainer.dataset.Tokenizers;
import dev.athanor.trainer.time.Ticker;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What runs and evaluations on texts need of the augmentation-service beside batches: that the
/// data set's tokens are there before the first of them, and the tokenizer's file.
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
  ///
  /// @param dataset read by a tokenizer
  /// @param guard throws where there is no sense in waiting any more
  /// @param tell how far they are, for people
  TokenCounts await(DatasetFacts dataset, Runnable guard, Consumer<String> tell)
      throws InterruptedException {
    var tokenizer = tokenizer(dataset);
    var index = persistently(guard, () -> tokenizers.ask(dataset, tokenizer));
    long moved = ticker.nanos();
    while (index.state() == TokenIndex.State.BUILDING) {
      if (isOver(moved)) {
        throw notReady(
            dataset,
            "%s tokenised for %d s (expected: more)"
                .formatted(percent(index), patience.toSeconds()));
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
      var next = persistently(guard, () -> tokenizers.look(dataset, tokenizer));
      if (!next.progress().equals(index.progress())) {
        moved = ticker.nanos();
        tell.accept("tokenising: " + percent(next));
      }
      index = next;
    }
    if (index.splits() == null) {
      throw notReady(dataset, String.valueOf(index.reason()));
    }
    if (!index.sha256().equals(tokenizer.sha256())) {
      throw notReady(
          dataset,
          "made with the file %s (expected: %s)".formatted(index.sha256(), tokenizer.sha256()));
    }
    return index.splits();
  }

  /// The tokenizer's file, as it was when the run or evaluation was created.
  byte[] file(DatasetFacts dataset, Runnable guard) throws InterruptedException {
    return persistently(guard, () -> tokenizers.file(tokenizer(dataset)));
  }

  private static TokenizerFacts tokenizer(DatasetFacts dataset) {
    return Objects.requireNonNull(dataset.tokenizer(), "tokenizer");
  }

  /// Asks again while no answer can be had: the service may be starting.
  private <T> T persistently(Runnable guard, Supplier<T> ask) throws InterruptedException {
    long began = ticker.nanos();
    while (true) {
      guard.run();
      try {
        return ask.get();
      } catch (Problem problem) {
        if (problem.kind() != Kind.UNAVAILABLE) {
          throw new RunFailure(problem.getMessage());
        }
        if (isOver(began)) {
          throw problem;
        }
        log.warn("the worker waits: {}", problem.getMessage());
        TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
      }
    }
  }

  private boolean isOver(long since) {
    return ticker.nanos() - since > patience.toNanos();
  }

  private static String percent(TokenIndex index) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * index.progress().part());
  }

  private static RunFailure notReady(DatasetFacts dataset, String why) {
    return new RunFailure(
        "tokens-not-ready: %s version %d by tokenizer %s: %s"
            .formatted(dataset.dataset(), dataset.version(), tokenizer(dataset).name(), why));
  }
}
