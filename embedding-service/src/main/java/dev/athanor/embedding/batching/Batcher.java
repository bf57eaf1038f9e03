package dev.athanor.embedding.batching;

import dev.athanor.embedding.caller.Urgency;
import dev.athanor.embedding.encoder.PassClock;
import dev.athanor.embedding.encoder.Prepared;
import dev.athanor.embedding.metrics.ServingMetrics;
import dev.athanor.platform.error.Problem;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes batches. One thread owns the queue and does nothing else; forward passes run on others.
public final class Batcher implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Batcher.class);

  /// A pass that other threads hold up counts as up to so many times what it takes by itself. Were
  /// all of it believed, there would be no way back from an overload whose callers ask again at
  /// once: their refusals make passes slow, and by slow passes more of them are refused.
  private static final double CREDIBLE = 1.5;

  /// What others tell the thread that owns the queue.
  private sealed interface Command {
    record Ready(Item item) implements Command {}

    record Freed() implements Command {}
  }

  private final BlockingQueue<Command> commands = new LinkedBlockingQueue<>();
  private final BatchQueue queue;
  private final Company company = new Company();
  private final ExecutorService workers;
  private final LongSupplier ticker;
  private final PassClock passes;
  private final ServingMetrics metrics;
  private final Room room;
  private final Costs costs;
  private int idle;
  private volatile int interactive;
  private volatile int bulk;
  private @Nullable Thread owner;

  /// @param workers run one forward pass each, `parallel` at a time; this class shuts them down
  /// @param ticker monotonic nanoseconds
  /// @param passes by which it is measured what a pass took by itself
  /// @param room which each input has taken, and leaves when it is inferred or dropped
  /// @param costs told what each pass takes
  Batcher(
      ExecutorService workers,
      int parallel,
      LongSupplier ticker,
      PassClock passes,
      ServingMetrics metrics,
      Room room,
      Costs costs) {
    this.workers = workers;
    this.idle = parallel;
    this.ticker = ticker;
    this.passes = passes;
    this.metrics = metrics;
    this.room = room;
    this.costs = costs;
    this.queue = new BatchQueue(parallel, costs, this::drop);
    metrics.queueLength(Urgency.INTERACTIVE.label(), () -> interactive);
    metrics.queueLength(Urgency.BULK.label(), () -> bulk);
  }

  /// An input is ready to be inferred. Never waits.
  public void submit(Call call, int index, Lane lane, Prepared input) {
    call.countTokens(LengthBuckets.tokens(input));
    commands.add(new Command.Ready(Item.of(call, index, lane, input, ticker.getAsLong())));
  }

  Batcher start() {
    owner = Thread.ofPlatform().name("batcher").daemon().start(this::run);
    return this;
  }

  private void run() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        var command = commands.poll(turn(), TimeUnit.NANOSECONDS);
        if (command != null) {
          apply(command);
        }
      } catch (InterruptedException stopped) {
        return;
      } catch (RuntimeException | Error failure) {
        log.error("the batcher failed at a command, and goes on with the next", failure);
      }
    }
  }

  /// Takes in what was said and starts what is due.
  ///
  /// @return how long to wait for the next command, in nanoseconds
  long turn() {
    for (var command = commands.poll(); command != null; command = commands.poll()) {
      apply(command);
    }
    while (idle > 0) {
      var batch = queue.next(ticker.getAsLong());
      if (batch.isEmpty()) {
        break;
      }
      idle--;
      workers.execute(() -> infer(batch.get()));
    }
    interactive = queue.size(Urgency.INTERACTIVE);
    bulk = queue.size(Urgency.BULK);
    return idle > 0 ? queue.nanosUntilDue(ticker.getAsLong()) : BatchQueue.NEVER;
  }

  private void apply(Command command) {
    switch (command) {
      case Command.Ready(var item) -> queue.add(company.isExpected(item) ? item : item.atOnce());
      case Command.Freed() -> idle++;
    }
  }

  private void drop(Item item, Call.Gone gone) {
    metrics.dropped(item.lane().model(), gone.label());
    room.leave(item.lane(), 1);
  }

  private void infer(Batch batch) {
    var model = batch.lane().model();
    var items = batch.items();
    try {
      long from = ticker.getAsLong();
      items.forEach(item -> metrics.queued(model, item.call().protocol(), from - item.since()));
      metrics.batch(model, items.size());
      if (batch.tokens() > 0) {
        metrics.tokens(model, batch.tokens(), batch.padding());
      }
      long start = passes.nanos();
      var rows = batch.lane().encoder().encode(batch.inputs());
      long busy = passes.nanos() - start;
      long took = ticker.getAsLong() - from;
      int limit = batch.lane().limits().maxBatch();
      costs.passed(
          model, limit, items.size(), batch.cost(), (long) Math.min(took, CREDIBLE * busy));
      for (int i = 0; i < items.size(); i++) {
        metrics.inferred(model, items.get(i).call().protocol(), took);
        answer(items.get(i), rows[i]);
      }
      PassTrace.write(batch, from, from + took);
    } catch (RuntimeException | Error failure) {
      log.error("{}: a forward pass of {} inputs failed", model, items.size(), failure);
      items.forEach(item -> item.call().fail(failure));
    } finally {
      commands.add(new Command.Freed());
      room.leave(batch.lane(), items.size());
    }
  }

  /// Numbers as large as float32 allows can overflow within a network.
  private static void answer(Item item, float[] row) {
    for (float value : row) {
      if (!Float.isFinite(value)) {
        item.call()
            .fail(
                Problem.unprocessable(
                    "input[%d]: its vector holds %s (expected: an input whose vector is finite)"
                        .formatted(item.index(), value)));
        return;
      }
    }
    item.call().answer(item.index(), row);
  }

  @Override
  public void close() {
    if (owner != null) {
      owner.interrupt();
    }
    workers.shutdown();
  }
}
