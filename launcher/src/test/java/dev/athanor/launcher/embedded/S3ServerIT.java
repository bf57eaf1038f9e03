package dev.athanor.launcher.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.minio.GetObjectArgs;
import io.minio.ListObjectsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class S3ServerIT {
  @Test
  void killingItLosesNothingAcknowledged(@TempDir Path folder) throws Exception {
    var written = new byte[12 << 20];
    new java.util.Random(1).nextBytes(written);
    int port = Child.freePort();
    try (var child = Child.start("s3", folder, port)) {
      var client = client("http://127.0.0.1:" + port);
      client.makeBucket(MakeBucketArgs.builder().bucket("shards").build());
      client.putObject(
          PutObjectArgs.builder().bucket("shards").object("a/b").stream(
                  new ByteArrayInputStream(written), -1L, (long) (5 << 20))
              .build());
      child.kill();
    }
    try (var server = S3Server.start(folder, Child.freePort())) {
      var client = client(server.endpoint());
      var range =
          GetObjectArgs.builder()
              .bucket("shards")
              .object("a/b")
              .offset(1L << 20)
              .length(100L)
              .build();
      try (var stream = client.getObject(range)) {
        assertThat(stream.readAllBytes())
            .isEqualTo(java.util.Arrays.copyOfRange(written, 1 << 20, (1 << 20) + 100));
      }
      var listed =
          client.listObjects(ListObjectsArgs.builder().bucket("shards").recursive(true).build());
      assertThat(listed.iterator().next().get().size()).isEqualTo(written.length);
    }
  }

  private static MinioClient client(String endpoint) {
    return MinioClient.builder()
        .endpoint(endpoint)
        .region("us-east-1")
        .credentials(S3Server.ACCESS_KEY, S3Server.SECRET_KEY)
        .build();
  }
}
