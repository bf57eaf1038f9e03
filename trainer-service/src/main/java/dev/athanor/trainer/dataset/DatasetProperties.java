package dev.athanor.trainer.dataset;

import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Where data sets are asked for.
///
/// @param url of the augmentation-service
/// @param timeout for connecting, and for an answer
@ConfigurationProperties("athanor.augmentation")
public record DatasetProperties(URI url, @DefaultValue("10s") Duration timeout) {}
