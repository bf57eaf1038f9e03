package dev.athanor.augmentation.format;

import dev.athanor.augmentation.Archives;
import dev.athanor.augmentation.Fixtures;
import dev.athanor.testkit.Fuzzing;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every reader of uploaded files, on bytes that nobody would upload on purpose.
class FormatsFuzzIT {
  @TempDir Path folder;

  @Test
  void whatIsUploadedIsReadOrRefused() throws Exception {
    var classes = Archives.classFolders("", 2);
    Fuzzing.run(
        FormatsFuzz.class,
        folder,
        List.of(
            Fixtures.idxImages(2, 5),
            Fixtures.gzip(Fixtures.idxImages(2, 5)),
            new byte[3073],
            Fixtures.png(4, 3, 0, 1),
            Archives.tar(classes),
            Fixtures.gzip(Archives.tar(classes)),
            Archives.zip(classes),
            Archives.tar(Map.of("0.png", Fixtures.png(4, 3, 0, 1), "0.cls", text("7"))),
            Archives.zip(Map.of("a/b.txt", text("Some words."))),
            text("text,label\n\"a, \"\"b\"\"\",x\nc,y\n"),
            text("text\tlabel\na\tx\n"),
            text("{\"text\":\"a\",\"label\":\"x\"}\n{\"text\":\"b\"}\n"),
            text("First paragraph.\n\nSecond, \u00fc.\n")));
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
