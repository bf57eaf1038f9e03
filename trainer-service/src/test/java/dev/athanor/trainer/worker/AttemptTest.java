package dev.athanor.trainer.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.platform.error.Problem;
import dev.athanor.platform.store.StoreException;
import dev.athanor.trainer.job.Stopping;
import dev.athanor.trainer.lease.LeaseLost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.QueryTimeoutException;
import tools.jackson.core.exc.StreamReadException;

class AttemptTest {
  private final List<String> reasons = new ArrayList<>();

  static Stream<RuntimeException> away() {
    return Stream.of(
        new StoreException("bucket", "key", new ConnectException("refused")),
        new QueryTimeoutException("the database is slow"),
        new UncheckedIOException(new IOException("No space left on device")),
        Problem.unavailable("augmentation-service: away"),
        new Attempt.Unreadable(new StreamReadException("a kind of tomorrow")));
  }

  @ParameterizedTest
  @MethodSource
  void away(RuntimeException failure) throws InterruptedException {
    assertThat(attempt(failure)).isTrue();
    assertThat(reasons).isEmpty();
  }

  static Stream<RuntimeException> letGo() {
    return Stream.of(new LeaseLost("run r is no longer held"), new Stopping());
  }

  @ParameterizedTest
  @MethodSource
  void letGo(RuntimeException failure) throws InterruptedException {
    assertThat(attempt(failure)).isFalse();
    assertThat(reasons).isEmpty();
  }

  /// What would be met again however often the work is taken.
  @Test
  void whatIsNoOutageEndsTheWork() throws InterruptedException {
    assertThat(attempt(new RunFailure("no tokens"))).isFalse();
    assertThat(attempt(new DuplicateKeyException("twice"))).isFalse();
    assertThat(attempt(new IllegalStateException("a bug"))).isFalse();
    assertThat(reasons)
        .containsExactly(
            "no tokens",
            "internal: org.springframework.dao.DuplicateKeyException: twice",
            "internal: java.lang.IllegalStateException: a bug");
  }

  @Test
  void whatCannotBeEndedIsLeft() throws InterruptedException {
    assertThat(
            Attempt.of(
                "run r",
                () -> {
                  throw new RunFailure("no tokens");
                },
                reason -> {
                  throw new LeaseLost("run r is no longer owned");
                }))
        .isTrue();
  }

  @Test
  void anErrorIsForTheWorkersThread() {
    assertThatThrownBy(
            () ->
                Attempt.of(
                    "run r",
                    () -> {
                      throw new StackOverflowError();
                    },
                    reasons::add))
        .isInstanceOf(StackOverflowError.class);
    assertThat(reasons).isEmpty();
  }

  private boolean attempt(RuntimeException failure) throws InterruptedException {
    return Attempt.of(
        "run r",
        () -> {
          throw failure;
        },
        reasons::add);
  }
}
