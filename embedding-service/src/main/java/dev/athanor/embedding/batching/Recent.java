package dev.athanor.embedding.batching;

import java.util.LinkedHashMap;
import java.util.Map;

/// Something of each model, of so many as anybody serves at once; the longest unused is forgotten.
final class Recent<V> extends LinkedHashMap<String, V> {
  private static final long serialVersionUID = 1;
  private static final int MOST = 256;

  Recent() {
    super(16, 0.75f, true);
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
    return size() > MOST;
  }
}
