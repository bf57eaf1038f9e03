package dev.athanor.embedding.batching;

import dev.athanor.embedding.caller.Caller;
import dev.athanor.embedding.deadline.Deadline;
import dev.athanor.embedding.trace.RequestTrace;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A call under way: so many inputs go in, as many vectors come out, or one failure.
public final class Call {
  /// Why nobody waits for a call any more.
  public enum Gone {
    CALLER,
    DEADLINE,
    FAILED;

    /// As the metrics spell it.
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Caller caller;
  private final String protocol;
  private final @Nullable RequestTrace trace;
  private final Deadline deadline;
  private final float[][] rows;
  private final AtomicInteger missing;
  private final AtomicInteger tokens = new AtomicInteger();
  private final CompletableFuture<float[][]> vectors = new CompletableFuture<>();
  private volatile Runnable look = () -> {};

  /// @param trace of the request that it answers, where that is traced
  public Call(
      Caller caller, String protocol, @Nullable RequestTrace trace, Deadline deadline, int inputs) {
    this.caller = caller;
    this.protocol = protocol;
    this.trace = trace;
    this.deadline = deadline;
    this.rows = new float[inputs][];
    this.missing = new AtomicInteger(inputs);
  }

  /// (inputs, D), in the order of the inputs.
  public CompletableFuture<float[][]> vectors() {
    return vectors;
  }

  public Caller caller() {
    return caller;
  }

  public String protocol() {
    return protocol;
  }

  /// When its caller stops waiting.
  public Deadline deadline() {
    return deadline;
  }

  @Nullable RequestTrace trace() {
    return trace;
  }

  /// Tokens of the texts that were prepared; 0 of images.
  public int tokens() {
    return tokens.get();
  }

  /// How many inputs it has.
  public int inputs() {
    return rows.length;
  }

  void countTokens(int count) {
    tokens.addAndGet(count);
  }

  void answer(int index, float[] row) {
    rows[index] = row;
    if (missing.decrementAndGet() == 0) {
      vectors.complete(rows);
    }
  }

  public void fail(Throwable failure) {
    vectors.completeExceptionally(failure);
  }

  /// @param look whether the caller has gone, which then abandons the call; may not wait
  public void lookBeforeInference(Runnable look) {
    this.look = look;
  }

  /// Its turn has come.
  void look() {
    look.run();
  }

  /// The caller has gone: what is not inferred yet never will be.
  public void abandon() {
    vectors.cancel(false);
  }

  /// The caller's patience has ended.
  public void expire() {
    vectors.completeExceptionally(new TimeoutException());
  }

  /// Null while somebody waits. A call found late is ended here.
  public @Nullable Gone gone() {
    if (!vectors.isDone() && deadline.remainingNanos() == 0) {
      expire();
    }
    if (!vectors.isCompletedExceptionally()) {
      return null;
    }
    if (vectors.isCancelled()) {
      return Gone.CALLER;
    }
    return vectors.exceptionNow() instanceof TimeoutException ? Gone.DEADLINE : Gone.FAILED;
  }
}
