package dev.athanor.embedding.index;

import dev.athanor.platform.error.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/// The indexes that this process has open, so many and no more: the one that was used longest ago
/// makes way.
@Component
class OpenIndexes implements DisposableBean {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final OpenIndex.Parts parts;
  private final Map<String, Slot> slots = new LinkedHashMap<>(16, 0.75f, true);

  OpenIndexes(OpenIndex.Parts parts) {
    this.parts = parts;
  }

  private static final class Slot {
    final OpenIndex index;
    int users;

    Slot(OpenIndex index) {
      this.index = index;
    }
  }

  /// An open index, which stays open until this is closed.
  final class Borrowed implements AutoCloseable {
    private final Slot slot;

    private Borrowed(Slot slot) {
      this.slot = slot;
    }

    OpenIndex index() {
      return slot.index;
    }

    @Override
    public void close() {
      synchronized (OpenIndexes.this) {
        slot.users--;
      }
    }
  }

  synchronized Borrowed borrow(IndexRow row) {
    var slot = slots.get(row.id());
    if (slot == null) {
      makeWay();
      slot = new Slot(new OpenIndex(row, parts));
      slots.put(row.id(), slot);
    }
    slot.users++;
    return new Borrowed(slot);
  }

  private void makeWay() {
    if (slots.size() < parts.bounds().open()) {
      return;
    }
    var oldest =
        slots.entrySet().stream()
            .filter(entry -> entry.getValue().users == 0 && entry.getValue().index.idle())
            .findFirst()
            .orElseThrow(
                () ->
                    Problem.tooMany(
                        "index: %d others are in use (expected: fewer)".formatted(slots.size()),
                        RETRY_AFTER));
    slots.remove(oldest.getKey());
    Thread.startVirtualThread(oldest.getValue().index::close);
  }

  /// The index was deleted.
  void forget(String id) {
    Optional<Slot> forgotten;
    synchronized (this) {
      forgotten = Optional.ofNullable(slots.remove(id));
    }
    forgotten.ifPresent(slot -> slot.index.close());
  }

  @Override
  public void destroy() {
    ArrayList<Slot> all;
    synchronized (this) {
      all = new ArrayList<>(slots.values());
      slots.clear();
    }
    all.forEach(slot -> slot.index.close());
  }
}
