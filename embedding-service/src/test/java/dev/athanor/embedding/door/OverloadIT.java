package dev.athanor.embedding.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.athanor.embedding.Encoders;
import dev.athanor.embedding.Serving;
import dev.athanor.embedding.batching.Places;
import dev.athanor.embedding.caller.Caller;
import dev.athanor.embedding.caller.Urgency;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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
    double before = inferred();
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
    assertThat(inferred() - before)
        .as("what was refused was not inferred")
        .isEqualTo(4.0 * statuses.getOrDefault(200, new AtomicInteger()).get());

    // Every place has come back: a lone caller gets the half that is its due.
    for (int i = 0; i < 3; i++) {
      var many = Encoders.images(16, 10);
      assertThat(Door.GRPC.embed(serving, MODEL, many).status()).isEqualTo(200);
      assertThat(Door.RAW_JSON.embed(serving, MODEL, many).status()).isEqualTo(200);
    }
  }

  /// Over REST before a controller is asked, which the metric of requests tells: it names no
  /// exception, but the path. Over gRPC before the message is read.
  @ParameterizedTest
  @EnumSource
  void whoFindsNoRoomIsRefusedAtOnceAndOthersAreNot(Door door) {
    var hog = new Caller("hog-" + door.ordinal(), Urgency.INTERACTIVE);
    var places = serving.bean(Places.class);
    assertThat(door.embed(serving, MODEL, images).status()).isEqualTo(200);
    int held = 0;
    while (places.take(hog, 1, 0)) {
      held++;
    }
    try {
      double early = refusedEarly();
      var refused = door.embed(serving, MODEL, images, Map.of(Caller.NAME, hog.name()));
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.message()).startsWith("queue: no room for");
      boolean rest =
          !EnumSet.of(Door.INFERENCE_GRPC, Door.INFERENCE_GRPC_RAW, Door.GRPC, Door.GRPC_STREAM)
              .contains(door);
      if (rest) {
        await().atMost(PATIENCE).until(() -> refusedEarly() == early + 1);
      }

      var unknown = door.embed(serving, "nobody", images, Map.of(Caller.NAME, hog.name()));
      boolean named =
          !EnumSet.of(
                  Door.OPENAI_FLOAT,
                  Door.OPENAI_BASE64,
                  Door.GRPC,
                  Door.INFERENCE_GRPC,
                  Door.INFERENCE_GRPC_RAW)
              .contains(door);
      assertThat(unknown.status()).isEqualTo(named ? 404 : 429); // or the body says which model
      var other = door.embed(serving, MODEL, images, Map.of(Caller.NAME, "other"));
      assertThat(other.status()).isEqualTo(200);
    } finally {
      for (int i = 0; i < held; i++) {
        places.giveBack(hog, 1, 0);
      }
    }
    var later = door.embed(serving, MODEL, images, Map.of(Caller.NAME, hog.name()));
    assertThat(later.status()).isEqualTo(200);
  }

  private static double inferred() {
    return serving.passes(MODEL + "@1").getOrDefault("inputs", 0.0);
  }

  private static double refusedEarly() {
    return serving
        .meters()
        .find("http.server.requests")
        .tags("status", "429", "exception", "none")
        .timers()
        .stream()
        .filter(timer -> !"UNKNOWN".equals(timer.getId().getTag("uri")))
        .mapToDouble(timer -> timer.count())
        .sum();
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
