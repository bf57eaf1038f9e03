package dev.athanor.platform.store;

import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Where the object store is.
///
/// @param endpoint any S3 server
/// @param region what requests are signed for
/// @param timeout for connecting, and between two bytes read or written
@ConfigurationProperties("athanor.s3")
public record ObjectStoreProperties(
    URI endpoint,
    String accessKey,
    String secretKey,
    @DefaultValue("us-east-1") String region,
    @DefaultValue("30s") Duration timeout) {}
