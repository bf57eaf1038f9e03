package dev.athanor.augmentation.lease;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;

/// Does leased work in the background, one piece at a time, on a thread of its own. Work that
/// another process left half done starts again. An [Error] ends its piece of work and not the
/// thread.
public final class WorkLoop {
  private static final Logger log = LoggerFactory.getLogger(WorkLoop.class);

  private final String name;
  private final Duration poll;
  private final Duration patience;
  private final List<LeasedWork<?>> works;
  private final Semaphore wakes = new Semaphore(0);
  private volatile boolean running;
  private Thread thread = new Thread(() -> {});

  /// @param name of the thread
  /// @param poll how often work is looked for that nobody spoke of
  /// @param patience how long a stop waits for the piece under way
  /// @param works the kinds of work; one of a later kind is done when there is none of an earlier
  public WorkLoop(String name, Duration poll, Duration patience, List<LeasedWork<?>> works) {
    this.name = name;
    this.poll = poll;
    this.patience = patience;
    this.works = List.copyOf(works);
  }

  /// Says that there is work, so that it need not wait for the next poll.
  public void wake() {
    wakes.release();
  }

  public void start() {
    running = true;
    thread = Thread.ofPlatform().name(name).start(this::loop);
  }

  public void stop() {
    running = false;
    thread.interrupt();
    try {
      thread.join(patience);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  public boolean isRunning() {
    return thread.isAlive();
  }

  /// Down once the thread has ended that nobody told to stop: only a new process works again.
  public Health health() {
    return running && !thread.isAlive()
        ? Health.down().withDetail("reason", "the thread \"%s\" has ended".formatted(name)).build()
        : Health.up().build();
  }

  private void loop() {
    while (running) {
      try {
        if (works.stream().noneMatch(work -> work.next(() -> !running))) {
          var ignored = wakes.tryAcquire(poll.toMillis(), TimeUnit.MILLISECONDS);
          wakes.drainPermits();
        }
      } catch (InterruptedException stopping) {
        return;
      } catch (RuntimeException | Error failure) {
        log.warn("{}: looking for work failed, trying again", name, failure);
        pause();
      }
    }
  }

  private void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(poll.toMillis());
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }
}
