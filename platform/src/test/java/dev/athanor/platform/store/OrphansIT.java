package dev.athanor.platform.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.launcher.embedded.S3Server;
import dev.athanor.testkit.Servers;
import io.minio.MinioClient;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OrphansIT {
  private static final String BUCKET = "orphans";

  private final ObjectStore store =
      new ObjectStore(
          MinioClient.builder()
              .endpoint(Servers.s3Endpoint())
              .credentials(S3Server.ACCESS_KEY, S3Server.SECRET_KEY)
              .build());
  private final Instant soon = Instant.now().plus(Duration.ofHours(1));

  @BeforeEach
  void fill() {
    store.ensureBucket(BUCKET);
    store.deleteAll(BUCKET, "");
    for (var key : new String[] {"run/1-1/weights", "run/1-1/state", "run/2-1/weights", "loose"}) {
      store.put(BUCKET, key, new byte[] {1});
    }
  }

  @Test
  void whatNoRowNamesGoesWhenItIsOld() {
    var orphans = new Orphans(store, BUCKET, _ -> true, Orphans::folder, () -> Set.of("run/1-1/"));

    orphans.deleteBefore(soon.minus(Duration.ofHours(2)));
    assertThat(keys()).hasSize(4);

    orphans.deleteBefore(soon);
    assertThat(keys()).containsExactly("run/1-1/state", "run/1-1/weights");
  }

  @Test
  void rowsMayNameObjectsThemselves() {
    new Orphans(store, BUCKET, _ -> true, key -> key, () -> Set.of("loose", "run/2-1/weights"))
        .deleteBefore(soon);

    assertThat(keys()).containsExactly("loose", "run/2-1/weights");
  }

  @Test
  void keysOfAnotherKindStay() {
    new Orphans(store, BUCKET, key -> key.startsWith("run/"), Orphans::folder, Set::of)
        .deleteBefore(soon);

    assertThat(keys()).containsExactly("loose");
  }

  /// Its row would not be among the names.
  @Test
  void whatIsWrittenWhileTheRowsAreReadStays() {
    new Orphans(
            store,
            BUCKET,
            _ -> true,
            key -> key,
            () -> {
              store.put(BUCKET, "meanwhile", new byte[] {2});
              return Set.<String>of();
            })
        .deleteBefore(soon);

    assertThat(keys()).containsExactly("meanwhile");
  }

  private Iterable<String> keys() {
    return store.list(BUCKET, "").stream().map(ObjectStore.Stat::key).sorted().toList();
  }
}
