package dev.athanor.trainer.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.trainer.peer.DatasetServer;
import dev.athanor.trainer.spec.DatasetReference;
import io.micrometer.observation.ObservationRegistry;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DatasetsTest {
  @Test
  void theLatestReadyVersionMayBeOnALaterPage() {
    try (var server = new DatasetServer()) {
      var properties = new DatasetProperties(URI.create(server.url()), Duration.ofSeconds(10));
      var datasets = new Datasets(new AugmentationClient(properties, ObservationRegistry.NOOP));

      assertThat(datasets.find(new DatasetReference("grown", null)).version()).isEqualTo(3);
      assertThat(datasets.find(new DatasetReference("patterns", null)).version()).isEqualTo(1);
    }
  }
}
