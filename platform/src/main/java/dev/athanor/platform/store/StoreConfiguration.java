package dev.athanor.platform.store;

import io.minio.MinioClient;
import okhttp3.OkHttpClient;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/// The object store of a service that sets `athanor.s3.endpoint`.
@AutoConfiguration
@ConditionalOnProperty("athanor.s3.endpoint")
@EnableConfigurationProperties(ObjectStoreProperties.class)
public class StoreConfiguration {
  @Bean
  @ConditionalOnMissingBean
  ObjectStore objectStore(ObjectStoreProperties properties) {
    var http =
        new OkHttpClient.Builder()
            .connectTimeout(properties.timeout())
            .readTimeout(properties.timeout())
            .writeTimeout(properties.timeout())
            .build();
    return new ObjectStore(
        MinioClient.builder()
            .endpoint(properties.endpoint().toString())
            .region(properties.region())
            .credentials(properties.accessKey(), properties.secretKey())
            .httpClient(http)
            .build());
  }
}
