package dev.athanor.augmentation.progress;

import dev.athanor.platform.error.Problem;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.dao.DataAccessException;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/// Tells followers of a document each change of it until it is final. Each is a virtual thread that
/// reads the document's row; their number is bounded.
@Component
public class ProgressFollowers {
  private static final Logger log = LoggerFactory.getLogger(ProgressFollowers.class);
  private static final int MOST = 64;
  private static final Duration LOOK_EVERY = Duration.ofMillis(300);
  private static final int LOOKS_BETWEEN_SIGNS_OF_LIFE = 50;

  private final Semaphore seats = new Semaphore(MOST);
  private volatile boolean closing;

  /// @param what is followed, for the log
  /// @param document as it is now; a problem where it is not there
  /// @param last whether it will not change any more
  public <T> SseEmitter follow(String what, Supplier<T> document, Predicate<T> last) {
    T first = document.get();
    if (!seats.tryAcquire()) {
      throw Problem.tooMany(
          "%d followers are connected (expected: fewer)".formatted(MOST), Duration.ofSeconds(5));
    }
    var emitter = new SseEmitter(0L);
    Thread.ofVirtual()
        .name("follow " + what)
        .start(() -> tell(what, first, document, last, emitter));
    return emitter;
  }

  private <T> void tell(
      String what, T first, Supplier<T> document, Predicate<T> last, SseEmitter emitter) {
    try {
      T now = first;
      T told = null;
      for (long look = 0; !closing; look++) {
        told = send(now, told, look, emitter);
        if (last.test(told)) {
          break;
        }
        Thread.sleep(LOOK_EVERY);
        now = document.get();
      }
      emitter.complete();
    } catch (IOException | IllegalStateException gone) {
      log.debug("a follower of {} left: {}", what, gone.getMessage());
    } catch (DataAccessException | Problem failure) {
      log.debug("a follower of {} is let go", what, failure);
      emitter.complete();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      emitter.complete();
    } finally {
      seats.release();
    }
  }

  private static <T> T send(T now, @Nullable T told, long look, SseEmitter emitter)
      throws IOException {
    if (!now.equals(told)) {
      emitter.send(SseEmitter.event().name("progress").data(now, MediaType.APPLICATION_JSON));
    } else if (look % LOOKS_BETWEEN_SIGNS_OF_LIFE == 0) {
      emitter.send(SseEmitter.event().comment("alive"));
    }
    return now;
  }

  /// Ends all streams before the server waits for its requests to end.
  @EventListener(ContextClosedEvent.class)
  void close() {
    closing = true;
  }
}
