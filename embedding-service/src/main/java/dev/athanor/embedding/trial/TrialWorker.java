package dev.athanor.embedding.trial;

import dev.athanor.embedding.catalogue.Catalogue;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClientException;

/// Tries what waits, one version at a time, on a thread of its own. Every instance may; the
/// registry gives a version to one of them. While nothing in the catalogue is PENDING nobody asks.
final class TrialWorker implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(TrialWorker.class);

  private final Catalogue catalogue;
  private final TrialDesk desk;
  private final Trial trial;
  private final Duration poll;
  private final Semaphore changes = new Semaphore(0);
  private volatile boolean running;
  private Thread thread = new Thread(() -> {});

  TrialWorker(Catalogue catalogue, TrialDesk desk, Trial trial, Duration poll) {
    this.catalogue = catalogue;
    this.desk = desk;
    this.trial = trial;
    this.poll = poll;
    catalogue.onChange(_ -> changes.release());
  }

  @Override
  public void start() {
    running = true;
    thread = Thread.ofPlatform().name("trials").daemon().start(this::run);
  }

  /// Ends a trial under way without a verdict.
  @Override
  public void stop() {
    running = false;
    thread.interrupt();
    try {
      thread.join(Duration.ofSeconds(10));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  private void run() {
    while (running) {
      try {
        if (!catalogue.anyPending()) {
          changes.acquire();
        } else if (!tryOne()) {
          var ignored = changes.tryAcquire(poll.toMillis(), TimeUnit.MILLISECONDS);
        }
        changes.drainPermits();
      } catch (InterruptedException stopping) {
        return;
      }
    }
  }

  /// False where there is nothing to do for now.
  private boolean tryOne() throws InterruptedException {
    try {
      var candidate = desk.take();
      if (candidate.isEmpty()) {
        return false;
      }
      judge(candidate.get());
      return true;
    } catch (RestClientException failure) {
      log.warn("the registry does not answer about trials: {}", failure.getMessage());
      return false;
    } catch (RuntimeException | Error failure) {
      log.error("a trial failed; its version comes again when its time is up", failure);
      return false;
    }
  }

  private void judge(Candidate candidate) throws InterruptedException {
    log.info("{}: trial, attempt {}", candidate.id(), candidate.attempt());
    var verdict = trial.of(candidate);
    // The interrupt that ended the trial has done its work, and would end the answer too.
    boolean stopping = Thread.interrupted();
    try {
      desk.judge(candidate, verdict);
      log.info("{}: {}", candidate.id(), verdict);
    } catch (HttpClientErrorException.Conflict over) {
      log.info("{}: another trial, or a person, was faster", candidate.id());
    }
    if (stopping) {
      throw new InterruptedException();
    }
  }
}
