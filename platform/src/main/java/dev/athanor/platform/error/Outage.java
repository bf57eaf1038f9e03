package dev.athanor.platform.error;

import dev.athanor.platform.store.StoreException;
import java.util.Optional;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;

/// What a service stands on may be away for a moment, which is no fault of the service's own.
final class Outage {
  private Outage() {}

  /// Who was away or too busy, where that is why something failed; the same may work another time.
  static Optional<String> behind(Exception failure) {
    return switch (failure) {
      case StoreException lost when !lost.refused() -> Optional.of("the object store");
      case DataAccessResourceFailureException _,
          RecoverableDataAccessException _,
          TransientDataAccessException _,
          CannotCreateTransactionException _,
          TransactionSystemException _ ->
          Optional.of("the database");
      default -> Optional.empty();
    };
  }
}
