package dev.athanor.embedding.batching;

import dev.athanor.embedding.caller.Caller;
import dev.athanor.embedding.caller.Urgency;
import dev.athanor.embedding.deadline.Deadline;
import dev.athanor.embedding.encoder.Encoder;
import dev.athanor.embedding.encoder.Prepared;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Calls, lanes and time for tests of the queue, all of which stand still until they are moved.
final class Inputs {
  static final Duration PATIENCE = Duration.ofSeconds(1);

  /// Nanoseconds that pass when a test says so.
  final AtomicLong ticker = new AtomicLong(1_000);

  Call call(String caller, Urgency urgency, int inputs) {
    return new Call(
        new Caller(caller, urgency), "raw", null, Deadline.after(PATIENCE, ticker::get), inputs);
  }

  Call call(String caller) {
    return call(caller, Urgency.INTERACTIVE, 1);
  }

  Item item(Call call, Lane lane) {
    return Item.of(call, 0, lane, number(1), ticker.get());
  }

  /// A text of so many tokens.
  Item text(Call call, Lane lane, int tokens) {
    return Item.of(call, 0, lane, new Prepared.Tokens(new int[tokens]), ticker.get());
  }

  static Prepared number(float value) {
    return new Prepared.Pixels(new float[] {value});
  }

  void pass(Duration time) {
    ticker.addAndGet(time.toNanos());
  }

  /// An encoder whose vector is twice its input.
  static Lane lane(String model, int maxBatch, Duration maxDelay) {
    Encoder doubling =
        inputs ->
            inputs.stream()
                .map(input -> new float[] {2 * ((Prepared.Pixels) input).values()[0]})
                .toArray(float[][]::new);
    return new Lane(model, doubling, new BatchLimits(maxBatch, maxDelay), Float.BYTES);
  }

  /// Forward passes that run when a test says so.
  static final class Workers extends AbstractExecutorService {
    private final List<Runnable> given = new ArrayList<>();

    @Override
    public void execute(Runnable pass) {
      given.add(pass);
    }

    int waiting() {
      return given.size();
    }

    void runOne() {
      given.removeFirst().run();
    }

    @Override
    public void shutdown() {
      given.clear();
    }

    @Override
    public List<Runnable> shutdownNow() {
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public boolean isTerminated() {
      return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return true;
    }
  }

  static List<String> callers(Batch batch) {
    return batch.items().stream().map(item -> item.call().caller().name()).toList();
  }
}
