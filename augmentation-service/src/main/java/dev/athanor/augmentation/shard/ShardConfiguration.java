package dev.athanor.augmentation.shard;

import dev.athanor.platform.store.ObjectStore;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The reader that all of the service shares, and its figures.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ShardProperties.class)
class ShardConfiguration {
  @Bean
  SampleReader sampleReader(ObjectStore store, ShardProperties properties, MeterRegistry meters) {
    var reader =
        new SampleReader(
            (key, offset, length) -> store.get(Manifest.BUCKET, key, offset, length),
            properties.cacheSize().toBytes());
    FunctionCounter.builder("athanor.shards.chunks.asked", reader, SampleReader::asked)
        .description("Chunks that batches and previews asked for")
        .register(meters);
    FunctionCounter.builder("athanor.shards.chunks.missed", reader, SampleReader::missed)
        .description("Of those, the ones that had to be fetched")
        .register(meters);
    FunctionCounter.builder("athanor.shards.read", reader, SampleReader::bytesRead)
        .baseUnit("bytes")
        .description("What was fetched from the object store")
        .register(meters);
    Gauge.builder("athanor.shards.cached", reader, SampleReader::bytesCached)
        .baseUnit("bytes")
        .description("Chunks in memory")
        .register(meters);
    return reader;
  }
}
