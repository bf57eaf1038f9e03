package dev.athanor.embedding.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.athanor.contracts.inference.GRPCInferenceServiceGrpc;
import dev.athanor.contracts.inference.ModelReadyRequest;
import dev.athanor.embedding.Encoders;
import dev.athanor.embedding.Serving;
import dev.athanor.platform.store.ObjectStore;
import io.micrometer.core.instrument.Timer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A new version takes over while callers call.
class HotSwapIT {
  private static final String MODEL = "swapped";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final List<byte[]> image = Encoders.images(1, 5);

  @TempDir static Path folder;
  private static Serving serving;
  private static Encoders.Trained first;
  private static Encoders.Trained second;

  @BeforeAll
  static void start() throws Exception {
    first = Encoders.train(folder.resolve("1"), MODEL, 1, 4);
    second = Encoders.train(folder.resolve("2"), MODEL, 2, 4);
    serving = new Serving(folder, Map.of());
    serving.publish(first);
    serving.awaitServed(MODEL, MODEL + "@1");
  }

  @AfterAll
  static void stop() {
    serving.close();
  }

  @Test
  void noCallFailsWhileAVersionTakesOverAndItsPredecessorRetires() throws Exception {
    var before = Door.RAW_JSON.embed(serving, MODEL, image).vectors()[0];
    var failures = new ConcurrentLinkedQueue<String>();
    var foreign = new AtomicInteger();
    var answers = new AtomicInteger();
    var over = new AtomicBoolean();
    var after = new ConcurrentLinkedQueue<float[]>();
    var callers =
        List.of(Door.RAW_JSON, Door.GRPC, Door.OPENAI_BASE64, Door.INFERENCE_GRPC_RAW).stream()
            .map(
                door ->
                    Thread.ofPlatform()
                        .start(
                            () -> {
                              while (!over.get()) {
                                var answer = door.embed(serving, MODEL, image);
                                answers.incrementAndGet();
                                if (answer.status() != 200) {
                                  failures.add(answer.status() + " " + answer.message());
                                } else if (!close(answer.vectors()[0], before)) {
                                  foreign.incrementAndGet();
                                  after.add(answer.vectors()[0]);
                                }
                              }
                            }))
            .toList();
    await().atMost(PATIENCE).until(() -> answers.get() > 20);

    serving.publish(second);
    serving.awaitServed(MODEL, MODEL + "@2");
    await().atMost(PATIENCE).until(() -> foreign.get() > 20);
    serving.retire(MODEL, 1);
    await()
        .atMost(PATIENCE)
        .until(() -> Door.GRPC.embed(serving, MODEL + "@1", image).status() == 404);
    int answered = answers.get();
    await().atMost(PATIENCE).until(() -> answers.get() > answered + 20);
    over.set(true);
    for (var caller : callers) {
      caller.join();
    }

    assertThat(failures).isEmpty();
    await()
        .atMost(PATIENCE.multipliedBy(2))
        .until(() -> meters(MODEL + "@1").isEmpty() && !meters(MODEL + "@2").isEmpty());
    var expected = Door.RAW_JSON.embed(serving, MODEL + "@2", image).vectors()[0];
    assertThat(close(expected, before)).isFalse();
    assertThat(after).allMatch(row -> close(row, expected));

    // What cannot be loaded takes over nothing.
    var third = Encoders.train(folder.resolve("3"), MODEL, 3, 4);
    var whole = third.onnx();
    Files.write(third.folder().resolve("model.onnx"), Arrays.copyOf(whole, whole.length / 2));
    serving.publish(third);
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                serving
                        .meters()
                        .find("athanor.embedding.model.load")
                        .tags("model", MODEL + "@3", "outcome", "failed")
                        .timer()
                    != null);
    assertThat(Door.RAW_JSON.embed(serving, MODEL, image).vectors()[0])
        .usingComparatorWithPrecision(1e-6f)
        .containsExactly(expected);
    assertThat(Door.RAW_JSON.embed(serving, MODEL + "@3", image).status()).isEqualTo(503);

    assertThat(readyOverRest("3")).isEqualTo(503);
    assertThat(readyOverGrpc("3")).isFalse();
    assertThat(readyOverRest("2")).isEqualTo(200);
    assertThat(readyOverGrpc("2")).isTrue();

    // Nor does it where it is the first production version.
    serving.change(MODEL, state -> state.putAliases("production", 3));
    await()
        .atMost(PATIENCE)
        .until(() -> Door.RAW_JSON.embed(serving, MODEL + "@production", image).status() == 503);
    assertThat(Door.RAW_JSON.embed(serving, MODEL, image).vectors()[0])
        .usingComparatorWithPrecision(1e-6f)
        .containsExactly(expected);

    // It is ready when a call has loaded it.
    serving.bean(ObjectStore.class).put("athanor-models", MODEL + "/3/model.onnx", whole);
    await()
        .atMost(PATIENCE)
        .until(() -> Door.RAW_JSON.embed(serving, MODEL + "@3", image).status() == 200);
    assertThat(readyOverRest("3")).isEqualTo(200);
    assertThat(readyOverGrpc("3")).isTrue();
  }

  private static int readyOverRest(String version) throws Exception {
    return serving.get("/v2/models/" + MODEL + "/versions/" + version + "/ready").statusCode();
  }

  private static boolean readyOverGrpc(String version) {
    return GRPCInferenceServiceGrpc.newBlockingStub(serving.channel())
        .modelReady(ModelReadyRequest.newBuilder().setName(MODEL).setVersion(version).build())
        .getReady();
  }

  private static Collection<Timer> meters(String version) {
    return serving.meters().find("athanor.embedding.request").tag("model", version).timers();
  }

  private static boolean close(float[] a, float[] b) {
    for (int d = 0; d < a.length; d++) {
      if (Math.abs(a[d] - b[d]) > 1e-6f) {
        return false;
      }
    }
    return true;
  }
}
