package dev.athanor.embedding.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.athanor.embedding.caller.Caller;
import dev.athanor.embedding.caller.Urgency;
import dev.athanor.preprocessing.tokenizer.ByteLevel;
import dev.athanor.preprocessing.tokenizer.Tokenizer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ApartTextsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Caller GREEDY = new Caller("greedy", Urgency.INTERACTIVE);
  private static final Caller MODEST = new Caller("modest", Urgency.INTERACTIVE);

  private final Tokenizer tokenizer = Tokenizer.load(ByteLevel.bytes());
  private final ApartTexts texts = new ApartTexts();
  private final List<String> done = new CopyOnWriteArrayList<>();
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private final AtomicInteger atOnce = new AtomicInteger();
  private final AtomicInteger mostAtOnce = new AtomicInteger();
  private final CountDownLatch go = new CountDownLatch(1);

  @AfterEach
  void close() {
    go.countDown();
  }

  @Test
  void callersComeToATokenizerOneTextAtATimeAndInTurn() {
    for (int i = 0; i < 20; i++) {
      texts.execute(tokenizer, GREEDY, () -> work("greedy"));
    }
    texts.execute(tokenizer, MODEST, () -> work("modest"));
    go.countDown();

    await().atMost(PATIENCE).until(() -> done.size() == 21);
    assertThat(done.indexOf("modest")).isLessThan(3);
    assertThat(mostAtOnce).hasValue(1);
    assertThat(threads).isNotEmpty().noneMatch(Thread::isVirtual);
  }

  @Test
  void callersOfAnotherTokenizerDoNotWait() {
    texts.execute(tokenizer, GREEDY, () -> work("greedy"));
    texts.execute(Tokenizer.load(ByteLevel.bytes()), MODEST, () -> done.add("modest"));

    await().atMost(PATIENCE).until(() -> done.equals(List.of("modest")));
  }

  @Test
  void whatIsWrongWithOneTextEndsNoOther() {
    texts.execute(
        tokenizer,
        GREEDY,
        () -> {
          throw new IllegalStateException("for a test");
        });
    texts.execute(tokenizer, MODEST, () -> done.add("modest"));

    await().atMost(PATIENCE).until(() -> done.equals(List.of("modest")));
  }

  private void work(String caller) {
    mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
    threads.add(Thread.currentThread());
    try {
      go.await();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
    atOnce.decrementAndGet();
    done.add(caller);
  }
}
