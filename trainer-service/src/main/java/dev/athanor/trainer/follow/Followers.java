package dev.athanor.trainer.follow;

import dev.athanor.platform.error.Problem;
import dev.athanor.trainer.role.ApiRole;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.dao.DataAccessException;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/// Tells followers of a run or an evaluation its events as they are written, and all that they
/// missed before. Each follower is a virtual thread that reads rows; their number is bounded.
@Component
@ApiRole
public class Followers {
  private static final Logger log = LoggerFactory.getLogger(Followers.class);
  private static final Duration LOOK_EVERY = Duration.ofMillis(300);
  private static final int LOOKS_BETWEEN_SIGNS_OF_LIFE = 50;
  private static final int AT_ONCE = 500;

  private final Semaphore seats;
  private final int mostFollowers;
  private volatile boolean closing;

  Followers(@Value("${athanor.trainer.followers}") int mostFollowers) {
    this.mostFollowers = mostFollowers;
    this.seats = new Semaphore(mostFollowers);
  }

  /// @param lastEventId what the follower heard last, or null to hear everything
  public SseEmitter follow(Followed source, String id, @Nullable String lastEventId) {
    long after = lastEventId == null ? 0 : sequence(lastEventId);
    if (!seats.tryAcquire()) {
      throw Problem.tooMany(
          "%d followers are connected (expected: fewer)".formatted(mostFollowers),
          Duration.ofSeconds(5));
    }
    var emitter = new SseEmitter(0L);
    Thread.ofVirtual().name("follow-" + id).start(() -> tell(source, id, after, emitter));
    return emitter;
  }

  private static long sequence(String lastEventId) {
    try {
      return Long.parseLong(lastEventId);
    } catch (NumberFormatException unreadable) {
      throw Problem.badRequest(
          "Last-Event-ID: %s (expected: a number)".formatted(Problem.quote(lastEventId)));
    }
  }

  private void tell(Followed source, String id, long after, SseEmitter emitter) {
    try {
      long told = after;
      for (long look = 0; !closing; look++) {
        // Asked before the events are read: what has ended has then written all of them.
        boolean last = source.hasEnded(id);
        long newest = send(source, id, told, emitter);
        if (last && newest == told) {
          break;
        }
        told = newest;
        if (look % LOOKS_BETWEEN_SIGNS_OF_LIFE == 0) {
          emitter.send(SseEmitter.event().comment("alive"));
        }
        if (!last) {
          Thread.sleep(LOOK_EVERY);
        }
      }
      emitter.complete();
    } catch (IOException | IllegalStateException gone) {
      log.debug("a follower of {} left: {}", id, gone.getMessage());
    } catch (DataAccessException failure) {
      log.warn("a follower of {} is let go: {}", id, failure.getMessage());
      emitter.complete();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      emitter.complete();
    } finally {
      seats.release();
    }
  }

  private static long send(Followed source, String id, long after, SseEmitter emitter)
      throws IOException {
    long told = after;
    for (var event : source.after(id, after, AT_ONCE)) {
      emitter.send(
          SseEmitter.event()
              .id(Long.toString(event.sequence()))
              .name(event.kind())
              .data(event.body(), MediaType.APPLICATION_JSON));
      told = event.sequence();
    }
    return told;
  }

  /// Ends all streams before the server waits for its requests to end.
  @EventListener(ContextClosedEvent.class)
  void close() {
    closing = true;
  }
}
