package dev.athanor.augmentation.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.augmentation.shard.Manifest;
import dev.athanor.augmentation.shard.Shard;
import dev.athanor.augmentation.shard.Split;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenedVersionsTest {
  private final OpenedVersions opened = new OpenedVersions(100);

  @Test
  void theLeastRecentlyUsedGoWhenThereAreTooManySamples() {
    opened.put("a", version(40));
    opened.put("b", version(40));
    assertThat(opened.get("a")).isNotNull();

    opened.put("c", version(60));

    assertThat(opened.get("a")).isNotNull();
    assertThat(opened.get("b")).isNull();
    assertThat(opened.get("c")).isNotNull();
  }

  @Test
  void theLastOneStaysWhateverItsSize() {
    opened.put("a", version(40));

    opened.put("large", version(1000));

    assertThat(opened.get("a")).isNull();
    assertThat(opened.get("large")).isNotNull();
  }

  @Test
  void theyAreBoundedInNumberToo() {
    for (int i = 0; i < 17; i++) {
      opened.put("v" + i, version(1));
    }

    assertThat(opened.get("v0")).isNull();
    assertThat(opened.get("v1")).isNotNull();
  }

  private static ReadyDataset version(int samples) {
    var shard =
        new Shard(
            "shard-00000.tar",
            Split.TRAIN,
            0,
            "",
            new long[] {0, 0},
            new long[samples],
            new int[samples],
            new int[samples]);
    return new ReadyDataset(
        new Manifest(
            "data",
            1,
            "idx",
            Manifest.Kind.IMAGE,
            List.of(),
            null,
            null,
            List.of(),
            List.of(),
            64,
            16,
            new Manifest.Splits(new Manifest.SplitSize(samples, 0), new Manifest.SplitSize(0, 0)),
            0,
            List.of(shard)));
  }
}
