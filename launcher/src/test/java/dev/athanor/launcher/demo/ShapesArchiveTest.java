package dev.athanor.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;

class ShapesArchiveTest {
  @Test
  void oneSeedGivesOneArchiveAndAnotherSeedAnother() throws IOException {
    assertThat(archive(1)).isEqualTo(archive(1)).isNotEqualTo(archive(2));
  }

  @Test
  void everyClassStandsInBothSplitsAndEveryImageIsWhole() throws IOException {
    var counts = new TreeMap<String, Integer>();
    try (var tar = new TarArchiveInputStream(new ByteArrayInputStream(archive(1)))) {
      for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        var image = ImageIO.read(new ByteArrayInputStream(tar.readAllBytes()));
        assertThat(image.getWidth()).isEqualTo(32);
        assertThat(image.getHeight()).isEqualTo(32);
        counts.merge(
            entry.getName().substring(0, entry.getName().lastIndexOf('/')), 1, Integer::sum);
      }
    }
    assertThat(counts).hasSize(20).containsEntry("train/heart", 4).containsEntry("test/disc", 2);
  }

  @Test
  void noShapeFillsItsDiscOrIsEmpty() {
    for (var shape : Shape.values()) {
      int inside = 0;
      for (int i = 0; i < 10_000; i++) {
        inside += shape.contains(-1 + (i % 100) / 50.0, -1 + (i / 100) / 50.0) ? 1 : 0;
      }
      assertThat(inside).as(shape.label()).isBetween(1_000, 6_500);
    }
  }

  private static byte[] archive(long seed) throws IOException {
    var bytes = new ByteArrayOutputStream();
    new ShapesArchive(seed, 40, 20).writeTo(bytes);
    return bytes.toByteArray();
  }
}
