package dev.athanor.embedding.encoder;

import ai.djl.Device;
import dev.athanor.embedding.catalogue.EncoderVersion;
import dev.athanor.embedding.catalogue.PublishedFile;
import dev.athanor.embedding.graph.GraphCheck;
import dev.athanor.embedding.metrics.ServingMetrics;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import dev.athanor.preprocessing.tokenizer.Tokenizer;
import dev.athanor.preprocessing.tokenizer.TokenizerException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The encoders in memory, bounded in number and in bytes. The first caller of a version starts its
/// load, the others wait for the same one; the place of the longest unused is given to a newcomer;
/// what may not be served any more leaves as soon as its last caller is done, and has its bytes
/// until then.
public final class EncoderShelf implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EncoderShelf.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  /// The longest published ones are half of it.
  private static final int LONGEST_TOKENIZER = 64 << 20;

  private final EncoderFiles files;
  private final EncoderProperties properties;
  private final Device device;
  private final PassClock passes;
  private final ServingMetrics metrics;
  private final LinkedHashMap<EncoderKey, Place> places = new LinkedHashMap<>(16, 0.75f, true);

  /// In memory, or on their way to it, and nobody's any more who does not have them already.
  private final Set<Place> leaving = new HashSet<>();

  /// Those whose last load failed.
  private final Set<EncoderKey> failed = ConcurrentHashMap.newKeySet();

  EncoderShelf(
      EncoderFiles files,
      EncoderProperties properties,
      Device device,
      PassClock passes,
      ServingMetrics metrics) {
    this.files = files;
    this.properties = properties;
    this.device = device;
    this.passes = passes;
    this.metrics = metrics;
  }

  /// Guarded by the shelf's monitor, but for the future.
  private static final class Place {
    final CompletableFuture<Loaded> loaded = new CompletableFuture<>();
    final long bytes;
    int users;

    Place(long bytes) {
      this.bytes = bytes;
    }
  }

  private record Loaded(OnnxEncoder encoder, Tried tried) {}

  /// An encoder that stays in memory until it is given back.
  public final class Loan implements AutoCloseable {
    private final Place place;
    private final Loaded loaded;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Loan(Place place, Loaded loaded) {
      this.place = place;
      this.loaded = loaded;
    }

    public Encoder encoder() {
      return loaded.encoder();
    }

    /// The slowest pass of one input that a caller can ask for.
    public Tried tried() {
      return loaded.tried();
    }

    /// What makes ids of texts; null where the encoder reads images.
    public @Nullable Tokenizer tokenizer() {
      return loaded.encoder().tokenizer();
    }

    /// Gives it back, once.
    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        leave(place);
      }
    }
  }

  /// Lends the encoder, loading it first where it is not in memory. Whoever asks has to close the
  /// loan, also one that comes too late.
  ///
  /// @return fails with a [Problem] where the encoder cannot be had
  public CompletableFuture<Loan> borrow(EncoderVersion version) {
    Place place;
    try {
      place = take(version);
    } catch (Problem full) {
      return CompletableFuture.failedFuture(full);
    }
    return place.loaded.handle(
        (loaded, failure) -> {
          if (failure != null) {
            leave(place);
            throw Problem.of(
                Kind.UNAVAILABLE,
                "model: %s could not be loaded: %s".formatted(version.id(), failure.getMessage()),
                failure);
          }
          return new Loan(place, loaded);
        });
  }

  /// Whether the last load of this version failed.
  public boolean failed(EncoderVersion version) {
    return failed.contains(EncoderKey.of(version));
  }

  /// Lets go of everything that is not among `served`.
  void retain(Collection<EncoderVersion> served) {
    var keys = served.stream().map(EncoderKey::of).collect(Collectors.toSet());
    failed.retainAll(keys);
    synchronized (this) {
      var gone = places.keySet().stream().filter(key -> !keys.contains(key)).toList();
      gone.forEach(this::putAway);
    }
  }

  private synchronized Place take(EncoderVersion version) {
    var key = EncoderKey.of(version);
    var place = places.get(key);
    if (place == null) {
      makeRoom(version);
      place = new Place(version.bytes());
      places.put(key, place);
      load(version, key, place);
    }
    place.users++;
    return place;
  }

  private void makeRoom(EncoderVersion version) {
    long memory = properties.memory().toBytes();
    if (version.bytes() > memory) {
      throw Problem.unavailable(
          "model: %s takes %d bytes of memory (expected: at most %d, athanor.encoder.memory)"
              .formatted(version.id(), version.bytes(), memory));
    }
    while (places.size() >= properties.loaded() || bytes() + version.bytes() > memory) {
      var unused =
          places.entrySet().stream().filter(entry -> entry.getValue().users == 0).findFirst();
      if (unused.isEmpty()) {
        throw Problem.tooMany(
            "model: all %d encoders in memory are in use (expected: one to become free)"
                .formatted(places.size() + leaving.size()),
            RETRY_AFTER);
      }
      log.info("{} leaves memory for {}", unused.get().getKey().id(), version.id());
      putAway(unused.get().getKey());
    }
  }

  private long bytes() {
    return Stream.concat(places.values().stream(), leaving.stream())
        .mapToLong(place -> place.bytes)
        .sum();
  }

  /// In no virtual thread: the runtime would keep from others the one that carries it, on a small
  /// machine all of them.
  private void load(EncoderVersion version, EncoderKey key, Place place) {
    Thread.ofPlatform()
        .daemon()
        .name("load-" + version.id())
        .start(() -> loadNow(version, key, place));
  }

  private void loadNow(EncoderVersion version, EncoderKey key, Place place) {
    long from = System.nanoTime();
    try {
      var tokenizer = version.tokenizer() == null ? null : tokenizer(version.tokenizer());
      var file = files.fetchModel(version);
      if (version.data() != null) {
        GraphCheck.checkBeside(file, version.card());
      }
      var card = properties.card(version);
      var encoder =
          OnnxEncoder.load(card, file, tokenizer, properties.threads(version.name()), device);
      var loaded = tried(encoder, Probes.of(card.input(), tokenizer).longest());
      metrics.loaded(version.id(), "ok", System.nanoTime() - from);
      log.info("{} is in memory", version.id());
      failed.remove(key);
      place.loaded.complete(loaded);
    } catch (Throwable failure) {
      // Any error: where the future never ended, those who wait would wait for ever, and the place
      // would never be free.
      metrics.loaded(version.id(), "failed", System.nanoTime() - from);
      log.error("{} could not be loaded", version.id(), failure);
      failed.add(key);
      forget(key, place);
      place.loaded.completeExceptionally(failure);
    }
  }

  /// Once more, now that the runtime is warm.
  private Loaded tried(OnnxEncoder encoder, Prepared input) {
    try {
      long from = passes.nanos();
      encoder.encode(List.of(input));
      return new Loaded(encoder, new Tried(input, passes.nanos() - from));
    } catch (RuntimeException | Error failure) {
      encoder.close();
      throw failure;
    }
  }

  /// @throws IOException where the library does not take the file
  private Tokenizer tokenizer(PublishedFile published) throws IOException {
    if (published.bytes() > LONGEST_TOKENIZER) {
      throw new IOException(
          "%s: %d bytes (expected: at most %d)"
              .formatted(published.key(), published.bytes(), LONGEST_TOKENIZER));
    }
    try {
      return Tokenizer.load(Files.readAllBytes(files.fetch(published)));
    } catch (TokenizerException refused) { // its message may quote the file, so it does not go on
      throw new IOException(Problem.quote(refused.getMessage()));
    }
  }

  /// So that the next caller tries again.
  private synchronized void forget(EncoderKey key, Place place) {
    places.remove(key, place);
  }

  private synchronized void leave(Place place) {
    place.users--;
    closeIfLeft(place);
  }

  private void putAway(EncoderKey key) {
    var place = places.remove(key);
    if (place != null) {
      leaving.add(place);
      closeIfLeft(place);
    }
  }

  /// An encoder that is still on its way is closed when it comes.
  private void closeIfLeft(Place place) {
    if (leaving.contains(place) && place.users == 0) {
      place.loaded.whenComplete((loaded, _) -> left(place, loaded));
    }
  }

  /// @param loaded null where it could not be loaded
  private synchronized void left(Place place, @Nullable Loaded loaded) {
    if (loaded != null) {
      loaded.encoder().close();
    }
    leaving.remove(place);
  }

  @Override
  public synchronized void close() {
    List.copyOf(places.keySet()).forEach(this::putAway);
  }
}
