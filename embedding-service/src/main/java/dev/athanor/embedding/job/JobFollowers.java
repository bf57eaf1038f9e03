package dev.athanor.embedding.job;

import dev.athanor.platform.error.Problem;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.dao.DataAccessException;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/// Tells followers of a job each change of its document until it has ended. Each is a virtual
/// thread that reads the row; their number is bounded.
@Component
class JobFollowers {
  private static final Logger log = LoggerFactory.getLogger(JobFollowers.class);
  private static final int MOST = 64;
  private static final Duration LOOK_EVERY = Duration.ofMillis(300);
  private static final int LOOKS_BETWEEN_SIGNS_OF_LIFE = 50;

  private final EmbeddingJobs jobs;
  private final Semaphore seats = new Semaphore(MOST);
  private volatile boolean closing;

  JobFollowers(EmbeddingJobs jobs) {
    this.jobs = jobs;
  }

  SseEmitter follow(String id) {
    var first = jobs.brief(id);
    if (!seats.tryAcquire()) {
      throw Problem.tooMany(
          "%d followers are connected (expected: fewer)".formatted(MOST), Duration.ofSeconds(5));
    }
    var emitter = new SseEmitter(0L);
    Thread.ofVirtual().name("follow job " + first.id()).start(() -> tell(first, emitter));
    return emitter;
  }

  private void tell(JobDocument first, SseEmitter emitter) {
    try {
      var now = first;
      JobDocument told = null;
      for (long look = 0; !closing; look++) {
        send(now, told, look, emitter);
        told = now;
        if (told.state().isFinal()) {
          break;
        }
        Thread.sleep(LOOK_EVERY);
        now = jobs.brief(first.id());
      }
      emitter.complete();
    } catch (IOException | IllegalStateException gone) {
      log.debug("a follower of job {} left: {}", first.id(), gone.getMessage());
    } catch (DataAccessException | Problem failure) {
      log.debug("a follower of job {} is let go", first.id(), failure);
      emitter.complete();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      emitter.complete();
    } finally {
      seats.release();
    }
  }

  private static void send(
      JobDocument now, @Nullable JobDocument told, long look, SseEmitter emitter)
      throws IOException {
    if (!now.equals(told)) {
      emitter.send(SseEmitter.event().name("progress").data(now, MediaType.APPLICATION_JSON));
    } else if (look % LOOKS_BETWEEN_SIGNS_OF_LIFE == 0) {
      emitter.send(SseEmitter.event().comment("alive"));
    }
  }

  /// Ends all streams before the server waits for its requests to end.
  @EventListener(ContextClosedEvent.class)
  void close() {
    closing = true;
  }
}
