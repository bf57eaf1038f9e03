package dev.athanor.trainer.worker;

import dev.athanor.learning.training.DivergedException;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import dev.athanor.platform.store.StoreException;
import dev.athanor.trainer.batch.BatchFailure;
import dev.athanor.trainer.evaluation.CollapsedException;
import dev.athanor.trainer.lease.LeaseLost;
import dev.athanor.trainer.registry.ImportRefused;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.kafka.KafkaException;
import org.springframework.transaction.TransactionException;

/// Leased work from wherever it stands to its end, or to where this worker must leave it.
///
/// Three ways lead out: the work ends (by itself, or for a reason of its own); the worker must let
/// go (lease lost, shut-down); or a server that it needs is away. In the last two it stays as it is
/// and whoever takes it next goes on.
final class Attempt {
  private static final Logger log = LoggerFactory.getLogger(Attempt.class);

  private Attempt() {}

  interface Work {
    void run() throws InterruptedException;
  }

  /// @param what names the work in the log, as `run 01j…`
  /// @param fail ends it for a reason that its owner should read
  static void of(String what, Work work, Consumer<String> fail) throws InterruptedException {
    try {
      work.run();
    } catch (BatchFailure
        | DivergedException
        | CollapsedException
        | RunFailure
        | ImportRefused failure) {
      fail(what, String.valueOf(failure.getMessage()), fail);
    } catch (Guard.Stopping | LeaseLost leave) {
      log.info("{} is left: {}", what, leave.getMessage());
    } catch (DataAccessException
        | TransactionException
        | StoreException
        | KafkaException
        | UncheckedIOException away) {
      log.warn("{} is left for now: {}", what, away.toString());
    } catch (Problem problem) {
      if (problem.kind() != Kind.UNAVAILABLE) {
        fail(what, problem.getMessage(), fail);
      } else {
        log.warn("{} is left for now: {}", what, problem.getMessage());
      }
    } catch (RuntimeException | LinkageError bug) {
      log.error("{} fails", what, bug);
      fail(what, "internal: " + bug, fail);
    }
  }

  private static void fail(String what, String reason, Consumer<String> fail) {
    log.warn("{} fails: {}", what, reason);
    fail.accept(reason);
  }
}
