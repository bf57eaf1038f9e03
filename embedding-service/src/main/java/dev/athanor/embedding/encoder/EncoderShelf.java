package dev.athanor.embedding.encoder;

import dev.athanor.embedding.catalogue.EncoderVersion;
import dev.athanor.embedding.deadline.Deadline;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The encoders in memory, bounded in number. The first caller of a version starts its load, the
/// others wait for the same one; the place of the longest unused is given to a newcomer; what may
/// not be served any more leaves as soon as its last caller is done.
public final class EncoderShelf implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EncoderShelf.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final EncoderFiles files;
  private final EncoderProperties properties;
  private final LinkedHashMap<Key, Place> places = new LinkedHashMap<>(16, 0.75f, true);

  EncoderShelf(EncoderFiles files, EncoderProperties properties) {
    this.files = files;
    this.properties = properties;
  }

  /// A version published anew under the same number (a registry restored, say) has other bytes.
  private record Key(String id, String sha256) {
    static Key of(EncoderVersion version) {
      return new Key(version.id(), version.sha256());
    }
  }

  /// Guarded by the shelf's monitor, but for the future.
  private static final class Place {
    final CompletableFuture<OnnxEncoder> encoder = new CompletableFuture<>();
    int users;
    boolean leaving;
  }

  /// Lets `work` use the encoder, loading it first where it is not in memory.
  public <T> T use(EncoderVersion version, Deadline deadline, Function<Encoder, T> work) {
    var place = take(version);
    try {
      return work.apply(await(place, version, deadline));
    } finally {
      leave(place);
    }
  }

  /// Lets go of everything that is not among `served`.
  void retain(Collection<EncoderVersion> served) {
    var keys = served.stream().map(Key::of).collect(Collectors.toSet());
    synchronized (this) {
      var gone = places.keySet().stream().filter(key -> !keys.contains(key)).toList();
      gone.forEach(this::putAway);
    }
  }

  private synchronized Place take(EncoderVersion version) {
    var key = Key.of(version);
    var place = places.get(key);
    if (place == null) {
      makeRoom();
      place = new Place();
      places.put(key, place);
      load(version, key, place);
    }
    place.users++;
    return place;
  }

  private void makeRoom() {
    if (places.size() < properties.loaded()) {
      return;
    }
    var unused =
        places.entrySet().stream().filter(entry -> entry.getValue().users == 0).findFirst();
    if (unused.isEmpty()) {
      throw Problem.tooMany(
          "model: all %d places in memory are in use (expected: one to become free)"
              .formatted(properties.loaded()),
          RETRY_AFTER);
    }
    putAway(unused.get().getKey());
  }

  private void load(EncoderVersion version, Key key, Place place) {
    Thread.ofVirtual()
        .name("load-" + version.id())
        .start(
            () -> {
              try {
                var file = files.fetch(version);
                place.encoder.complete(
                    OnnxEncoder.load(version.card(), file, properties.threads()));
                log.info("{} is in memory", version.id());
              } catch (IOException | RuntimeException | LinkageError failure) {
                log.error("{} could not be loaded", version.id(), failure);
                place.encoder.completeExceptionally(failure);
                forget(key, place);
              }
            });
  }

  /// So that the next caller tries again.
  private synchronized void forget(Key key, Place place) {
    places.remove(key, place);
  }

  private static Encoder await(Place place, EncoderVersion version, Deadline deadline) {
    try {
      return place.encoder.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException failure) {
      throw Problem.of(
          Kind.UNAVAILABLE,
          "model: %s could not be loaded: %s".formatted(version.id(), reason(failure)),
          failure);
    } catch (TimeoutException late) {
      throw deadline.exceeded("loading " + version.id());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw Problem.of(
          Kind.UNAVAILABLE, "model: interrupted while loading " + version.id(), interrupted);
    }
  }

  private static String reason(ExecutionException failure) {
    var cause = failure.getCause() == null ? failure : failure.getCause();
    return String.valueOf(cause.getMessage());
  }

  private synchronized void leave(Place place) {
    place.users--;
    closeIfLeft(place);
  }

  private void putAway(Key key) {
    var place = places.remove(key);
    if (place != null) {
      place.leaving = true;
      closeIfLeft(place);
    }
  }

  /// An encoder that is still on its way is closed when it comes.
  private static void closeIfLeft(Place place) {
    if (place.leaving && place.users == 0) {
      place.encoder.thenAccept(OnnxEncoder::close);
    }
  }

  @Override
  public synchronized void close() {
    List.copyOf(places.keySet()).forEach(this::putAway);
  }
}
