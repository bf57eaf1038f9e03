package dev.athanor.platform.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WaitingCallerTest {
  private final CompletableFuture<String> answer = new CompletableFuture<>();

  @AfterEach
  void end() {
    answer.cancel(true);
  }

  @Test
  void anAnswerIsGivenUpOnceItsCallerHasGone() throws Exception {
    giveUpAtTheThirdLook(answer);
    assertThat(answer).isCancelled();
  }

  private static void giveUpAtTheThirdLook(CompletableFuture<String> answer)
      throws InterruptedException {
    var looks = new CountDownLatch(3);
    BooleanSupplier gone =
        () -> {
          looks.countDown();
          return looks.getCount() == 0;
        };
    WaitingCaller.await(answer, gone, () -> answer.cancel(true));
  }

  @Test
  void aLookThatFailsKeepsNobodyElseFromBeingLookedAfter() throws Exception {
    var failed = new CountDownLatch(1);
    BooleanSupplier failing =
        () -> {
          failed.countDown();
          throw new LinkageError("no such connection");
        };
    var one =
        CompletableFuture.runAsync(() -> waitFor(answer, failing), Thread::startVirtualThread);
    assertThat(failed.await(10, TimeUnit.SECONDS)).isTrue();
    var other = new CompletableFuture<String>();
    WaitingCaller.await(other, () -> true, () -> other.cancel(true));
    answer.complete("there");
    assertThat(one).succeedsWithin(Duration.ofSeconds(10));
  }

  @Test
  void nobodyLooksOnceTheAnswerIsThere() throws Exception {
    answer.complete("there");
    var looks = new AtomicInteger();
    var atOnce = new AtomicReference<Runnable>(() -> {});
    WaitingCaller.await(answer, () -> looks.incrementAndGet() > 0, () -> {}, atOnce::set);
    int before = looks.get();
    giveUpAtTheThirdLook(new CompletableFuture<>());
    atOnce.get().run();
    assertThat(looks).hasValue(before);
  }

  @Test
  void aConnectionIsTheRequestsOwnAgainAfterTheWait() throws Exception {
    var looking = new CountDownLatch(1);
    var looked = new CountDownLatch(1);
    BooleanSupplier slow =
        () -> {
          looking.countDown();
          awaitOrFail(looked);
          return false;
        };
    var request = Thread.ofPlatform().start(() -> waitFor(answer, slow));
    assertThat(looking.await(10, TimeUnit.SECONDS)).isTrue();
    answer.complete("there");
    await().until(() -> request.getState() == Thread.State.BLOCKED);
    looked.countDown();
    assertThat(request.join(Duration.ofSeconds(10))).isTrue();
  }

  private static void waitFor(CompletableFuture<?> answer, BooleanSupplier gone) {
    try {
      WaitingCaller.await(answer, gone, () -> {});
    } catch (InterruptedException stopping) {
      throw new AssertionError(stopping);
    }
  }

  private static void awaitOrFail(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException stopping) {
      throw new AssertionError(stopping);
    }
  }
}
