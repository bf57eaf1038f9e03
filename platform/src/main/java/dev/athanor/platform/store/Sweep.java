package dev.athanor.platform.store;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/// Tidying that comes round again: while the database or the object store is away it waits for its
/// next turn.
public final class Sweep {
  private static final Logger log = LoggerFactory.getLogger(Sweep.class);

  private Sweep() {}

  /// @param what is swept, for the log
  public static void orWait(String what, Runnable sweep) {
    try {
      sweep.run();
    } catch (DataAccessException | StoreException failure) {
      log.warn("{}: not swept: {}", what, failure.getMessage());
    }
  }
}
