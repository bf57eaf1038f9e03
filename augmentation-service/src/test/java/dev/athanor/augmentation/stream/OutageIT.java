package dev.athanor.augmentation.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.athanor.augmentation.Service;
import dev.athanor.contracts.batch.BatchRequest;
import dev.athanor.launcher.embedded.KafkaBroker;
import dev.athanor.testkit.Servers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// A broker that goes away and comes back.
class OutageIT {
  @TempDir private Path folder;
  private final int port = Servers.freePort();
  private final int controller = Servers.freePort();
  private final String bootstrapServers = "127.0.0.1:" + port;

  @Test
  void isWaitedOutQuietlyAndThenRequestsAreAnsweredAgain() {
    var broker = start();
    try (var _ = Service.start(Map.of("ATHANOR_KAFKA", bootstrapServers))) {
      assertAnswers();
      var log = new ListAppender<ILoggingEvent>();
      log.start();
      var root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
      root.addAppender(log);

      broker.close();
      await("the makers notice")
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  List.copyOf(log.list).stream()
                      .map(ILoggingEvent::getFormattedMessage)
                      .anyMatch(line -> line.contains("no broker can be reached")));
      int lines = log.list.size();
      root.detachAppender(log);
      broker = start();

      assertAnswers();
      assertThat(lines).isLessThan(1000);
    } finally {
      broker.close();
    }
  }

  private KafkaBroker start() {
    return KafkaBroker.start(folder, port, controller);
  }

  private void assertAnswers() {
    try (var mailbox = new Mailbox(0, bootstrapServers)) {
      mailbox.request(
          BatchRequest.newBuilder()
              .setRunId("run")
              .setFence(1)
              .setAttempt(1)
              .setDataset("nobody")
              .setDatasetVersion(1)
              .setSplit("test")
              .setBatchSize(1));

      assertThat(mailbox.next().getFailure().getMessage()).contains("nobody");
    }
  }
}
