package dev.athanor.embedding.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.embedding.catalogue.Card;
import dev.athanor.embedding.catalogue.EncoderVersion;
import dev.athanor.embedding.catalogue.PublishedFile;
import dev.athanor.preprocessing.ImageInput;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RetiredMetersTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ServingMetrics metrics = new ServingMetrics(registry);
  private final List<Runnable> later = new ArrayList<>();
  private final RetiredMeters retired = new RetiredMeters(registry, later::add);

  @Test
  void metersGoWithTheirVersionAndThoseOfItsLastCallsSoonAfter() {
    metrics.queueLength("bulk", () -> 0);
    metrics.rejected("grpc", "bulk");
    registry.counter("other", "model", "a@1").increment();
    count("a@1");
    count("a@2");
    retired.retain(List.of(version(1), version(2)));
    assertThat(models()).containsExactlyInAnyOrder("a@1", "a@2");

    retired.retain(List.of(version(2)));
    assertThat(models()).containsExactly("a@2");
    metrics.inferred("a@1", "grpc", 7);
    metrics.request("a@1", "grpc", "ok", 7);
    later.forEach(Runnable::run);
    assertThat(models()).containsExactly("a@2");

    assertThat(registry.get("athanor.embedding.request").timers()).hasSize(1);
    assertThat(registry.get("athanor.embedding.queue.length").gauges()).hasSize(1);
    assertThat(registry.get("athanor.embedding.rejected").counters()).hasSize(1);
    assertThat(registry.get("other").counters()).hasSize(1);
  }

  private void count(String model) {
    metrics.request(model, "grpc", "ok", 7);
    metrics.queued(model, "grpc", 7);
    metrics.inferred(model, "grpc", 7);
    metrics.batch(model, 7);
    metrics.tokens(model, 7, 0.5);
    metrics.loaded(model, "ok", 7);
    metrics.dropped(model, "caller");
    metrics.serialising(model, "grpc", () -> "");
  }

  private Set<String> models() {
    return registry.getMeters().stream()
        .map(meter -> meter.getId())
        .filter(id -> id.getName().startsWith("athanor.embedding."))
        .map(id -> id.getTag("model"))
        .filter(model -> model != null)
        .collect(Collectors.toSet());
  }

  private static EncoderVersion version(int number) {
    var card =
        new Card(
            new Card.Pixels("pixels", new ImageInput(1, 1, 1, new float[1], new float[] {1})),
            new Card.Output("embedding", 4, Card.Pooling.NONE, false));
    var model = new PublishedFile("model.onnx", 1, "");
    return new EncoderVersion(
        "a", number, Instant.EPOCH, List.of(), card, "{}", model, null, null, 0);
  }
}
