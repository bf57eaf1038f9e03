package dev.athanor.embedding.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.launcher.embedded.S3Server;
import dev.athanor.platform.store.ObjectStore;
import dev.athanor.testkit.Servers;
import io.minio.MinioClient;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class OutputSweeperIT {
  private final ObjectStore store =
      new ObjectStore(
          MinioClient.builder()
              .endpoint(Servers.s3Endpoint())
              .credentials(S3Server.ACCESS_KEY, S3Server.SECRET_KEY)
              .build());
  private final JobRows rows = Rows.fresh();

  @Test
  void filesOfJobsThatAreGoneGoWhenTheyAreOld() {
    Rows.add(rows, "kept", 10);
    store.ensureBucket(PartWriter.BUCKET);
    store.put(PartWriter.BUCKET, "kept/1/part-00000.parquet", new byte[] {1});
    store.put(PartWriter.BUCKET, "gone/1/part-00000.parquet", new byte[] {1});

    new OutputSweeper(store, rows, Clock.systemUTC()).sweep();
    assertThat(store.list(PartWriter.BUCKET, "gone/")).hasSize(1);

    var later = Clock.offset(Clock.systemUTC(), Duration.ofHours(2));
    new OutputSweeper(store, rows, later).sweep();
    assertThat(store.list(PartWriter.BUCKET, "gone/")).isEmpty();
    assertThat(store.list(PartWriter.BUCKET, "kept/")).hasSize(1);
  }
}
