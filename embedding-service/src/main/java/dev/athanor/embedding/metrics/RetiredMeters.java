package dev.athanor.embedding.metrics;

import dev.athanor.embedding.catalogue.Catalogue;
import dev.athanor.embedding.catalogue.EncoderVersion;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/// Removes the meters of versions that are not served any more: each version has hundreds of
/// series. What is under way for one still counts, in new meters, and those go when it has ended.
@Component
final class RetiredMeters {
  /// Longer than a call has.
  private static final int MINUTES = 1;

  private final MeterRegistry registry;
  private final Executor later;
  private volatile Set<String> served = Set.of();

  @Autowired
  RetiredMeters(Catalogue catalogue, MeterRegistry registry) {
    this(registry, CompletableFuture.delayedExecutor(MINUTES, TimeUnit.MINUTES));
    catalogue.onChange(this::retain);
  }

  /// @param later runs what is to be done when calls that are under way now have ended
  RetiredMeters(MeterRegistry registry, Executor later) {
    this.registry = registry;
    this.later = later;
  }

  void retain(Collection<EncoderVersion> versions) {
    served = versions.stream().map(EncoderVersion::id).collect(Collectors.toUnmodifiableSet());
    sweep();
    later.execute(this::sweep);
  }

  private void sweep() {
    for (var meter : registry.getMeters()) {
      var id = meter.getId();
      var model = id.getTag(ServingMetrics.MODEL);
      if (id.getName().startsWith(ServingMetrics.PREFIX)
          && model != null
          && !served.contains(model)) {
        registry.remove(meter);
      }
    }
  }
}
