package dev.athanor.preprocessing.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.athanor.preprocessing.process.BoundedJava;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The library in a process of its own, for a file that may have it give up, fill the memory, or
/// not come to an end: each of that ends a process, but not this one. The next text starts another.
/// One that nobody asks for a while ends too.
final class LibraryProcess implements Library {
  /// KiB of address space, half of it an idle JVM's.
  private static final long MEMORY = 2 << 20;

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration IDLE = Duration.ofMinutes(1);

  /// Bytes for which there is a second more.
  private static final int BYTES_A_SECOND = 1_000_000;

  private static final ScheduledThreadPoolExecutor CLOCK = clock();

  private final byte[] json;
  private final ReentrantLock lock = new ReentrantLock(true);
  private volatile @Nullable Running running;
  private @Nullable ScheduledFuture<?> idle;

  LibraryProcess(byte[] json) {
    this.json = json;
  }

  private static ScheduledThreadPoolExecutor clock() {
    var clock =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("tokenizer-clock").factory());
    clock.setRemoveOnCancelPolicy(true);
    return clock;
  }

  private record Running(Process process, DataOutputStream questions, DataInputStream answers) {
    static Running start() throws IOException {
      var builder =
          BoundedJava.of(MEMORY)
              .run(LibraryMain.class, List.of("-XX:+SuppressFatalErrorMessage"), List.of())
              .redirectError(Redirect.DISCARD);
      builder.environment().put("RAYON_NUM_THREADS", "1");
      var process = builder.start();
      return new Running(
          process,
          new DataOutputStream(new BufferedOutputStream(process.getOutputStream())),
          new DataInputStream(new BufferedInputStream(process.getInputStream())));
    }

    void end() {
      process.destroyForcibly();
    }
  }

  @Override
  public int[] encode(String text, boolean framed) {
    var question = framed ? Question.ENCODE_FRAMED : Question.ENCODE;
    return Question.ids(ask(question, text.getBytes(UTF_8)));
  }

  @Override
  public String decode(int[] ids) {
    return new String(ask(Question.DECODE, Question.bytes(ids)), UTF_8);
  }

  private byte[] ask(Question question, byte[] bytes) {
    try {
      if (!lock.tryLock(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new TokenizerException(
            "tokenizer.json: busy with other texts for %d s (expected: an answer within that)"
                .formatted(PATIENCE.toSeconds()));
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new TokenizerException("tokenizer.json: interrupted (expected: an answer)");
    }
    try {
      if (idle != null) {
        idle.cancel(false);
      }
      return exchange(loaded(), question, bytes);
    } finally {
      idle = CLOCK.schedule(this::rest, IDLE.toSeconds(), TimeUnit.SECONDS);
      lock.unlock();
    }
  }

  /// With the lock.
  private Running loaded() {
    var process = running;
    if (process != null && process.process().isAlive()) {
      return process;
    }
    try {
      process = Running.start();
    } catch (IOException notStarted) {
      throw new UncheckedIOException("no process for a tokenizer", notStarted);
    }
    running = process;
    try {
      exchange(process, Question.LOAD, json);
      return process;
    } catch (TokenizerException refused) {
      close();
      throw refused;
    }
  }

  private byte[] exchange(Running with, Question question, byte[] bytes) {
    long seconds = PATIENCE.toSeconds() + bytes.length / BYTES_A_SECOND;
    var alarm = CLOCK.schedule(with::end, seconds, TimeUnit.SECONDS);
    try {
      Question.write(with.questions(), question.ordinal(), bytes);
      boolean answered = with.answers().readBoolean();
      var answer = Question.read(with.answers());
      if (!answered) {
        throw new TokenizerException(new String(answer, UTF_8));
      }
      return answer;
    } catch (IOException gone) {
      with.end();
      running = null;
      throw new TokenizerException(
          alarm.isDone()
              ? "tokenizer.json: no answer to %d bytes after %d s (expected: one within that)"
                  .formatted(bytes.length, seconds)
              : "tokenizer.json: %s gave up on %d bytes (expected: a tokenizer that it can carry out)"
                  .formatted(Tokenizer.library(), bytes.length),
          gone);
    } finally {
      alarm.cancel(false);
    }
  }

  /// Whoever has the lock will put it to rest later.
  private void rest() {
    if (lock.tryLock()) {
      try {
        close();
      } finally {
        lock.unlock();
      }
    }
  }

  @Override
  public void close() {
    var process = running;
    if (process != null) {
      running = null;
      process.end();
    }
  }
}
