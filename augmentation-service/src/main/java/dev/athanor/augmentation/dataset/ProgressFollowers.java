package dev.athanor.augmentation.dataset;

import dev.athanor.platform.error.Problem;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/// Tells followers of a version each change of its document until the version is READY or FAILED.
/// Each is a virtual thread that reads the version's row; their number is bounded.
@Component
class ProgressFollowers {
  private static final Logger log = LoggerFactory.getLogger(ProgressFollowers.class);
  private static final int MOST = 64;
  private static final Duration LOOK_EVERY = Duration.ofMillis(300);
  private static final int LOOKS_BETWEEN_SIGNS_OF_LIFE = 50;

  private final Datasets datasets;
  private final Semaphore seats = new Semaphore(MOST);
  private volatile boolean closing;

  ProgressFollowers(Datasets datasets) {
    this.datasets = datasets;
  }

  SseEmitter follow(String dataset, int version) {
    datasets.version(dataset, version);
    if (!seats.tryAcquire()) {
      throw Problem.tooMany(
          "%d followers are connected (expected: fewer)".formatted(MOST), Duration.ofSeconds(5));
    }
    var emitter = new SseEmitter(0L);
    Thread.ofVirtual()
        .name("follow-%s-%d".formatted(dataset, version))
        .start(() -> tell(dataset, version, emitter));
    return emitter;
  }

  private void tell(String dataset, int version, SseEmitter emitter) {
    try {
      DatasetVersion told = null;
      for (long look = 0; !closing; look++) {
        told = send(datasets.version(dataset, version), told, look, emitter);
        if (told.state().isFinal()) {
          break;
        }
        Thread.sleep(LOOK_EVERY);
      }
      emitter.complete();
    } catch (IOException | IllegalStateException gone) {
      log.debug("a follower of {} version {} left: {}", dataset, version, gone.getMessage());
    } catch (DataAccessException | Problem failure) {
      log.debug("a follower of {} version {} is let go", dataset, version, failure);
      emitter.complete();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      emitter.complete();
    } finally {
      seats.release();
    }
  }

  private static DatasetVersion send(
      DatasetVersion now, @Nullable DatasetVersion told, long look, SseEmitter emitter)
      throws IOException {
    if (!now.equals(told)) {
      emitter.send(SseEmitter.event().name("progress").data(now, MediaType.APPLICATION_JSON));
    } else if (look % LOOKS_BETWEEN_SIGNS_OF_LIFE == 0) {
      emitter.send(SseEmitter.event().comment("alive"));
    }
    return now;
  }

  /// Ends all streams, so that the server can stop.
  @PreDestroy
  void close() {
    closing = true;
  }
}
