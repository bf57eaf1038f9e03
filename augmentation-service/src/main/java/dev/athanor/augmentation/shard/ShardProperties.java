package dev.athanor.augmentation.shard;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/// @param cacheSize memory for chunks, in bytes of encoded images
@ConfigurationProperties("athanor.shards")
record ShardProperties(DataSize cacheSize) {}
