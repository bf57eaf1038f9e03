package dev.athanor.augmentation.stream;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.springframework.beans.factory.InitializingBean;

/// The share group's settings at the broker, which consumers cannot bring themselves.
final class WorkQueue implements InitializingBean {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final String bootstrapServers;
  private final StreamProperties properties;

  WorkQueue(String bootstrapServers, StreamProperties properties) {
    this.bootstrapServers = bootstrapServers;
    this.properties = properties;
  }

  /// A group begins with the oldest request, so that none is lost that came before the first
  /// augmenter.
  @Override
  public void afterPropertiesSet() {
    var group = new ConfigResource(ConfigResource.Type.GROUP, properties.group());
    var settings =
        List.of(
            set("share.auto.offset.reset", "earliest"),
            set("share.record.lock.duration.ms", Long.toString(properties.lock().toMillis())));
    try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      admin
          .incrementalAlterConfigs(Map.of(group, settings))
          .all()
          .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException failure) {
      throw new IllegalStateException(
          "share group %s: settings not made at %s".formatted(properties.group(), bootstrapServers),
          failure);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("stopped while starting", stopping);
    }
  }

  private static AlterConfigOp set(String name, String value) {
    return new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
  }
}
