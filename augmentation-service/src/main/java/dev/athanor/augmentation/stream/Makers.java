package dev.athanor.augmentation.stream;

import dev.athanor.platform.kafka.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/// Threads that take requests from the queue, each with a consumer of its own and one request in
/// hand at a time: so no request waits behind another while a maker is free, here or elsewhere.
final class Makers implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(Makers.class);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration PAUSE = Duration.ofSeconds(2);

  /// Without a broker the library's share consumer asks for one without rest, on a core of its own
  /// (Kafka 4.2.1), so it is given up after so many polls, and tried again after so long.
  private static final int OUTAGE_POLLS = 3;

  private static final Duration OUTAGE_PAUSE = Duration.ofSeconds(10);

  private final Supplier<KafkaShareConsumer<byte[], byte[]>> consumers;
  private final RequestHandler handler;
  private final Duration patience;
  private final List<Maker> makers = new ArrayList<>();

  /// @param patience how long a batch in the making may take to end when the service stops
  Makers(
      int count,
      Supplier<KafkaShareConsumer<byte[], byte[]>> consumers,
      RequestHandler handler,
      Duration patience) {
    this.consumers = consumers;
    this.handler = handler;
    this.patience = patience;
    for (int i = 0; i < count; i++) {
      makers.add(new Maker("maker-" + i));
    }
  }

  @Override
  public void start() {
    makers.forEach(maker -> maker.thread.start());
  }

  @Override
  public void stop() {
    makers.forEach(maker -> maker.stopping = true);
    long deadline = System.nanoTime() + patience.toNanos();
    for (var maker : makers) {
      maker.join(deadline);
    }
  }

  @Override
  public boolean isRunning() {
    return makers.stream().anyMatch(maker -> maker.thread.isAlive());
  }

  private final class Maker {
    private final Thread thread;
    private volatile boolean stopping;

    private Maker(String name) {
      this.thread = Thread.ofPlatform().name(name).unstarted(this::run);
    }

    /// Waits for the batch in hand, then gives it up: its request goes back to the queue.
    private void join(long deadline) {
      try {
        if (!thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())))) {
          thread.interrupt();
          thread.join(PAUSE);
        }
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    private void run() {
      while (!stopping) {
        try (var consumer = consumers.get()) {
          consumer.subscribe(List.of(Topics.BATCH_REQUESTS));
          take(consumer);
        } catch (WakeupException
            | InterruptedException
            | org.apache.kafka.common.errors.InterruptException stop) {
          return;
        } catch (DisconnectException outage) {
          log.warn(
              "{}: {}; trying again in {} s",
              thread.getName(),
              outage.getMessage(),
              OUTAGE_PAUSE.toSeconds());
          pause(OUTAGE_PAUSE);
        } catch (RuntimeException | Error failure) {
          log.warn("taking requests failed, joining anew", failure);
          pause(PAUSE);
        }
      }
    }

    private void take(KafkaShareConsumer<byte[], byte[]> consumer) throws InterruptedException {
      int unconnected = 0;
      while (!stopping) {
        var requests = consumer.poll(POLL);
        unconnected = requests.isEmpty() && connections(consumer) == 0 ? unconnected + 1 : 0;
        if (unconnected == OUTAGE_POLLS) {
          throw new DisconnectException("no broker can be reached");
        }
        for (var taken : requests) {
          consumer.acknowledge(taken, stopping ? AcknowledgeType.RELEASE : handler.handle(taken));
        }
      }
    }

    private double connections(KafkaShareConsumer<byte[], byte[]> consumer) {
      return consumer.metrics().entrySet().stream()
          .filter(metric -> metric.getKey().name().equals("connection-count"))
          .mapToDouble(metric -> (Double) metric.getValue().metricValue())
          .sum();
    }

    private void pause(Duration pause) {
      try {
        Thread.sleep(pause);
      } catch (InterruptedException stop) {
        stopping = true;
      }
    }
  }
}
