package dev.athanor.embedding.encoder;

import dev.athanor.embedding.catalogue.Catalogue;
import dev.athanor.embedding.catalogue.EncoderVersion;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Moves traffic to a new version when that is in memory, warm and checked, and not before. The
/// version that it replaces serves until then; the calls that it has then end with it.
///
/// A version that cannot be loaded is tried again and again, and takes over nothing meanwhile.
final class Switchover implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Switchover.class);

  private final Catalogue catalogue;
  private final EncoderShelf shelf;
  private final Executor later;
  private final Set<EncoderKey> preparing = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /// @param retry how long to wait after a version could not be loaded
  Switchover(Catalogue catalogue, EncoderShelf shelf, Duration retry) {
    this.catalogue = catalogue;
    this.shelf = shelf;
    this.later = CompletableFuture.delayedExecutor(retry.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// Begins to prepare whatever waits to take over.
  void prepare() {
    for (var version : catalogue.waiting()) {
      if (preparing.add(EncoderKey.of(version))) {
        attempt(version);
      }
    }
  }

  private void attempt(EncoderVersion version) {
    var key = EncoderKey.of(version);
    if (closed || catalogue.waiting().stream().map(EncoderKey::of).noneMatch(key::equals)) {
      preparing.remove(key);
      return;
    }
    shelf
        .borrow(version)
        .whenComplete(
            (loan, failure) -> {
              if (failure != null) {
                log.warn("{} cannot take over yet: {}", version.id(), failure.getMessage());
                later.execute(() -> attempt(version));
                return;
              }
              try (loan) {
                catalogue.takeOver(version);
              }
              preparing.remove(key);
              prepare();
            });
  }

  /// Tries no more.
  @Override
  public void close() {
    closed = true;
  }
}
