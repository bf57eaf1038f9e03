package dev.athanor.augmentation.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.augmentation.Archives;
import dev.athanor.augmentation.Fixtures;
import dev.athanor.platform.error.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What readers make of files that are whole but not as they should be.
class FormatsTest {
  private static final Limits LIMITS = new Limits(200, 1 << 20, 8 << 20, 1 << 20, 1 << 16, 10_000);
  private static final byte[] PNG = Fixtures.png(4, 3, 0, 1);

  @Test
  void aLabelWithoutItsSampleBesideItIsRefused() {
    assertRefused(
        "a.tar",
        Archives.tar(
            entries("0.png", PNG, "1.png", PNG, "0.cls", utf8("7"), "1.cls", utf8("8"))),
        "a.tar: entry \"0.cls\": a label without its image or text beside it (expected: neighbours");
    assertRefused(
        "last.tar",
        Archives.tar(entries("0.png", PNG, "1.cls", utf8("8"))),
        "last.tar: entry \"1.cls\": a label without");
  }

  @Test
  void aSampleMayComeWithoutALabel() throws IOException {
    assertThat(
            labels("a.tar", Archives.tar(entries("0.png", PNG, "1.png", PNG, "1.cls", utf8("8")))))
        .containsExactly("none", "8");
  }

  private static void assertRefused(String name, byte[] file, String reason) {
    assertThatThrownBy(() -> labels(name, file))
        .isInstanceOf(Problem.class)
        .hasMessageStartingWith(reason)
        .hasMessageContaining("expected");
  }

  /// The label of each sample, `none` for none.
  private static List<String> labels(String name, byte[] file) throws IOException {
    var labels = new ArrayList<String>();
    new Formats(LIMITS)
        .detect(List.of(new StagedFile(null, new Uploaded(name, file))), Columns.DEFAULT)
        .read(sample -> labels.add(sample.label() == null ? "none" : sample.label()));
    return labels;
  }

  /// Names and contents by turns.
  private static Map<String, byte[]> entries(Object... namesAndContents) {
    var entries = new LinkedHashMap<String, byte[]>();
    for (int i = 0; i < namesAndContents.length; i += 2) {
      entries.put((String) namesAndContents[i], (byte[]) namesAndContents[i + 1]);
    }
    return entries;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
