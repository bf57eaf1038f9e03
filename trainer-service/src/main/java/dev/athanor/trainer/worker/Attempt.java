package dev.athanor.trainer.worker;

import dev.athanor.learning.training.DivergedException;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import dev.athanor.platform.store.ObjectLost;
import dev.athanor.platform.store.StoreException;
import dev.athanor.preprocessing.tokenizer.TokenizerAwayException;
import dev.athanor.trainer.batch.BatchFailure;
import dev.athanor.trainer.evaluation.CollapsedException;
import dev.athanor.trainer.evaluation.NoRoomException;
import dev.athanor.trainer.job.Stopping;
import dev.athanor.trainer.lease.LeaseLost;
import dev.athanor.trainer.registry.ImportRefused;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.kafka.KafkaException;
import org.springframework.transaction.TransactionException;
import tools.jackson.core.JacksonException;

/// Leased work from wherever it stands to its end, or to where this worker must leave it.
///
/// Three ways lead out: the work ends (by itself, or for a reason of its own); the worker must let
/// go (lease lost, shut-down); or something that it needs is away. In the last two it stays as it
/// is and whoever takes it next goes on.
final class Attempt {
  private static final Logger log = LoggerFactory.getLogger(Attempt.class);

  private Attempt() {}

  interface Work {
    void run() throws InterruptedException;
  }

  /// What is stored is none of what this build knows; that of another worker may.
  static final class Unreadable extends RuntimeException {
    private static final long serialVersionUID = 1;

    Unreadable(JacksonException cause) {
      super("not readable to this build: " + cause.getMessage(), cause);
    }
  }

  /// @param what names the work in the log, as `run 01j…`
  /// @param fail ends it for a reason that its owner should read
  /// @return whether something that it needs is away, so that taken again at once it would only be
  ///   left again
  static boolean of(String what, Work work, Consumer<String> fail) throws InterruptedException {
    try {
      work.run();
      return false;
    } catch (BatchFailure
        | DivergedException
        | CollapsedException
        | NoRoomException
        | RunFailure
        | ImportRefused failure) {
      return fail(what, String.valueOf(failure.getMessage()), fail);
    } catch (Stopping | LeaseLost leave) {
      log.info("{} is left: {}", what, leave.getMessage());
      return false;
    } catch (DataIntegrityViolationException bug) {
      return failOfBug(what, bug, fail);
    } catch (DataAccessException
        | TransactionException
        | StoreException
        | KafkaException
        | TokenizerAwayException
        | Unreadable away) {
      return leave(what, away);
    } catch (UncheckedIOException failure) {
      return failure.getCause() instanceof ObjectLost lost
          ? fail(what, String.valueOf(lost.getMessage()), fail)
          : leave(what, failure);
    } catch (Problem problem) {
      return problem.kind() == Kind.UNAVAILABLE
          ? leave(what, problem)
          : fail(what, problem.getMessage(), fail);
    } catch (RuntimeException | LinkageError bug) {
      return failOfBug(what, bug, fail);
    }
  }

  private static boolean leave(String what, RuntimeException away) {
    log.warn("{} is left for now: {}", what, away.toString());
    return true;
  }

  private static boolean failOfBug(String what, Throwable bug, Consumer<String> fail) {
    log.error("{} fails", what, bug);
    return fail(what, "internal: " + bug, fail);
  }

  /// Ends the work, or leaves it where not even that can be written.
  private static boolean fail(String what, String reason, Consumer<String> fail) {
    log.warn("{} fails: {}", what, reason);
    try {
      fail.accept(reason);
      return false;
    } catch (RuntimeException unwritten) {
      return leave(what, unwritten);
    }
  }
}
