package dev.athanor.preprocessing.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.athanor.preprocessing.process.BoundedJava;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The library in a process of its own, for a file that may have it give up, fill the memory, or
/// not come to an end: each of that ends a process, but not this one. Another one is asked the same
/// once more, and the next text. One that nobody asks for a while ends too.
final class LibraryProcess implements Library {
  /// KiB of address space, half of it an idle JVM's.
  private static final long MEMORY = 2 << 20;

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration IDLE = Duration.ofMinutes(1);

  /// For a process to end once it has closed its pipe.
  private static final Duration EXIT = Duration.ofSeconds(2);

  /// 128 and the number of SIGKILL, of SIGTERM.
  private static final Set<Integer> KILLED = Set.of(128 + 9, 128 + 15);

  /// Bytes for which there is a second more.
  private static final int BYTES_A_SECOND = 1_000_000;

  private static final ScheduledThreadPoolExecutor CLOCK = clock();

  private final byte[] json;
  private final ReentrantLock lock = new ReentrantLock(true);
  private volatile @Nullable Running running;
  private @Nullable ScheduledFuture<?> idle;

  /// Whether a process has loaded the file: then none that cannot says anything of the file.
  private boolean proven;

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

    /// Whether a person ended it, or the kernel for want of memory; asked when its pipe is closed.
    boolean wasKilled() {
      try {
        return process.waitFor(EXIT.toSeconds(), TimeUnit.SECONDS)
            && KILLED.contains(process.exitValue());
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return true;
      }
    }
  }

  /// A process that ended over a question.
  private static final class Ended extends Exception {
    private static final long serialVersionUID = 1;

    private final RuntimeException verdict;

    /// @param verdict of the question, where the next process ends over it too
    Ended(RuntimeException verdict) {
      super(verdict);
      this.verdict = verdict;
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
    takeLock();
    try {
      if (idle != null) {
        idle.cancel(false);
      }
      return answer(question, bytes);
    } finally {
      idle = CLOCK.schedule(this::rest, IDLE.toSeconds(), TimeUnit.SECONDS);
      lock.unlock();
    }
  }

  private void takeLock() {
    try {
      if (!lock.tryLock(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new TokenizerAwayException(
            "tokenizer.json: busy with other texts for %d s (expected: an answer within that)"
                .formatted(PATIENCE.toSeconds()),
            null);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new TokenizerAwayException(
          "tokenizer.json: interrupted (expected: an answer)", interrupted);
    }
  }

  /// With the lock. What one process ends over, a second one is asked: the first may have been
  /// killed from outside, or have kept too much of earlier texts.
  private byte[] answer(Question question, byte[] bytes) {
    try {
      return exchange(loaded(), question, bytes);
    } catch (Ended first) {
      try {
        return exchange(loaded(), question, bytes);
      } catch (Ended again) {
        throw again.verdict;
      }
    }
  }

  /// With the lock.
  private Running loaded() throws Ended {
    var process = running;
    if (process != null && process.process().isAlive()) {
      return process;
    }
    try {
      process = Running.start();
    } catch (IOException notStarted) {
      throw new TokenizerAwayException(
          "tokenizer.json: no process for it: %s (expected: one)"
              .formatted(notStarted.getMessage()),
          notStarted);
    }
    running = process;
    try {
      exchange(process, Question.LOAD, json);
      proven = true;
      return process;
    } catch (TokenizerException refused) {
      close();
      throw refused;
    }
  }

  private byte[] exchange(Running with, Question question, byte[] bytes) throws Ended {
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
      running = null;
      boolean blameless = proven && question == Question.LOAD;
      if (alarm.isDone()) {
        var late =
            "tokenizer.json: no answer to %d bytes after %d s (expected: one within that)"
                .formatted(bytes.length, seconds);
        throw blameless
            ? new TokenizerAwayException(late, gone)
            : new TokenizerException(late, gone);
      }
      blameless |= with.wasKilled();
      with.end();
      throw new Ended(
          blameless
              ? new TokenizerAwayException(
                  "tokenizer.json: its process was ended from outside (expected: memory for it)",
                  gone)
              : new TokenizerException(
                  "tokenizer.json: %s gave up on %d bytes (expected: a tokenizer that it can carry out)"
                      .formatted(Tokenizer.library(), bytes.length),
                  gone));
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
