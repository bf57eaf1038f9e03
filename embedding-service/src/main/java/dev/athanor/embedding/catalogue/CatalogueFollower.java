package dev.athanor.embedding.catalogue;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.athanor.contracts.registry.ModelState;
import dev.athanor.platform.error.Problem;
import dev.athanor.platform.kafka.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/// Reads the compacted topic `athanor.models` from its beginning, in a thread of its own, and keeps
/// the catalogue as the topic says. It belongs to no consumer group: every instance needs every
/// record, at every start.
///
/// Nothing is published before the topic was read to the end that it had at the start, and after a
/// failure it is read anew into an empty map: a model whose deletion was compacted away meanwhile
/// must not live on.
final class CatalogueFollower implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(CatalogueFollower.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration CLOSE = Duration.ofSeconds(2);

  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final Catalogue catalogue;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private @Nullable Thread thread;

  /// @param consumers makes a consumer that nobody else uses; this class closes it
  CatalogueFollower(Supplier<Consumer<byte[], byte[]>> consumers, Catalogue catalogue) {
    this.consumers = consumers;
    this.catalogue = catalogue;
  }

  @Override
  public void start() {
    thread = Thread.ofPlatform().name("catalogue").daemon().start(this::follow);
  }

  /// Waits until the consumer is closed. It is not interrupted: one that is cannot tell the broker
  /// that it goes, and logs that as an error.
  @Override
  public void stop() {
    stopping.countDown();
    if (thread != null) {
      try {
        thread.join(CLOSE);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public boolean isRunning() {
    return thread != null && thread.isAlive();
  }

  private void follow() {
    while (stopping.getCount() > 0) {
      try (var consumer = consumers.get()) {
        read(consumer);
      } catch (RuntimeException | Error failure) {
        log.warn("{}: cannot be read, trying again in {}", Topics.MODELS, RETRY, failure);
        if (stopsWithin(RETRY)) {
          return;
        }
      }
    }
  }

  private void read(Consumer<byte[], byte[]> consumer) {
    var partitions =
        consumer.partitionsFor(Topics.MODELS).stream()
            .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
            .toList();
    if (partitions.isEmpty()) {
      throw new IllegalStateException("%s: no such topic".formatted(Topics.MODELS));
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    var ends = consumer.endOffsets(partitions);

    var models = new HashMap<String, Model>();
    boolean complete = false;
    while (stopping.getCount() > 0) {
      boolean changed = false;
      for (var record : consumer.poll(POLL)) {
        changed |= apply(record, models);
      }
      if (!complete && reached(consumer, ends)) {
        complete = true;
        changed = true;
        log.info("{}: {} models", Topics.MODELS, models.size());
      }
      if (complete && changed) {
        catalogue.publish(models);
      }
    }
  }

  private static boolean reached(Consumer<?, ?> consumer, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  /// A record that does not parse is logged and left out: it stays in the topic, and every instance
  /// meets it again at every start, so that a dead letter for each meeting would tell less.
  private static boolean apply(ConsumerRecord<byte[], byte[]> record, Map<String, Model> models) {
    if (record.key() == null) {
      log.error("{}@{}: no key (expected: a model's name)", Topics.MODELS, record.offset());
      return false;
    }
    var name = new String(record.key(), java.nio.charset.StandardCharsets.UTF_8);
    if (record.value() == null) {
      return models.remove(name) != null;
    }
    try {
      return apply(name, ModelState.parseFrom(record.value()), record.offset(), models);
    } catch (InvalidProtocolBufferException failure) {
      log.error("{}@{}: not a ModelState", Topics.MODELS, record.offset(), failure);
      return false;
    }
  }

  private static boolean apply(
      String name, ModelState state, long offset, Map<String, Model> models) {
    if (!state.getName().equals(name)) {
      log.error(
          "{}@{}: name: {} (expected: {}, its key)", Topics.MODELS, offset, state.getName(), name);
      return false;
    }
    var known = models.get(name);
    if (known != null && known.revision() >= state.getRevision()) {
      return false;
    }
    var model = Model.of(state);
    model
        .refused()
        .forEach(
            (version, refusal) ->
                log.info("{}@{} is not served: {}", name, version, Problem.quote(refusal.why())));
    models.put(name, model);
    return true;
  }

  private boolean stopsWithin(Duration wait) {
    try {
      return stopping.await(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
