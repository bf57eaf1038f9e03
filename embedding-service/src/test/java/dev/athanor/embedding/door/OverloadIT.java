package dev.athanor.embedding.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.athanor.embedding.Encoders;
import dev.athanor.embedding.Serving;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// More callers than the queue has places for, all the time: `benchmarks/serving` measures the same
/// for a minute.
class OverloadIT {
  private static final String MODEL = "crowded";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int CALLERS = 48;
  private static final int CALLS = 40;
  private static final List<byte[]> images = Encoders.images(4, 9);

  @TempDir static Path folder;
  private static Serving serving;

  @BeforeAll
  static void start() throws Exception {
    serving =
        new Serving(folder, Map.of("ATHANOR_BATCHING_QUEUE", "64", "ATHANOR_EMBED_IMAGES", "16"));
    serving.publish(Encoders.train(folder.resolve("1"), MODEL, 1, 16));
    serving.awaitServed(MODEL, MODEL + "@1");
  }

  @AfterAll
  static void stop() {
    serving.close();
  }

  @Test
  void everyCallIsAnsweredOrToldToComeBackAndNothingStaysBehind() throws Exception {
    var statuses = new ConcurrentHashMap<Integer, AtomicInteger>();
    var silent = new AtomicInteger();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var callers = new ArrayList<Callable<Void>>();
      for (int caller = 0; caller < CALLERS; caller++) {
        var grpc = caller % 2 == 0;
        callers.add(
            () -> {
              for (int i = 0; i < CALLS; i++) {
                int status = grpc ? overGrpc() : overRest(silent);
                statuses.computeIfAbsent(status, _ -> new AtomicInteger()).incrementAndGet();
              }
              return null;
            });
      }
      for (var caller : threads.invokeAll(callers)) {
        caller.get();
      }
    }

    assertThat(statuses).containsOnlyKeys(200, 429);
    assertThat(silent).hasValue(0);
    await().atMost(PATIENCE).until(() -> waiting() == 0);
    double answered = serving.passes(MODEL + "@1").getOrDefault("inputs", 0.0);
    assertThat(answered)
        .as("what was refused was not inferred")
        .isEqualTo(4.0 * statuses.getOrDefault(200, new AtomicInteger()).get());

    // Every place has come back: a lone caller gets the half that is its due.
    for (int i = 0; i < 3; i++) {
      var many = Encoders.images(16, 10);
      assertThat(Door.GRPC.embed(serving, MODEL, many).status()).isEqualTo(200);
      assertThat(Door.RAW_JSON.embed(serving, MODEL, many).status()).isEqualTo(200);
    }
  }

  private static int overGrpc() {
    return Door.GRPC.embed(serving, MODEL, images).status();
  }

  private static int overRest(AtomicInteger silent) {
    var response = Door.raw(serving, MODEL, images, Map.of(), "application/octet-stream", "");
    if (response.statusCode() == 429 && response.headers().firstValue("Retry-After").isEmpty()) {
      silent.incrementAndGet();
    }
    return response.statusCode();
  }

  private static double waiting() {
    return serving.meters().get("athanor.embedding.queue.length").gauges().stream()
        .mapToDouble(gauge -> gauge.value())
        .sum();
  }
}
