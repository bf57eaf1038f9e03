package dev.athanor.embedding.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.athanor.embedding.catalogue.EncoderVersion;
import dev.athanor.embedding.catalogue.FuzzedCards;
import dev.athanor.embedding.catalogue.PublishedFile;
import dev.athanor.platform.digest.Sha256;
import dev.athanor.platform.store.ObjectStore;
import dev.athanor.platform.store.StoreException;
import io.minio.MinioClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What stays on the local disk; nothing here is fetched.
class EncoderFilesTest {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final Duration OLD = Duration.ofHours(2);
  private static final String GRAPH = Sha256.hex("graph");
  private static final String TOKENIZER = Sha256.hex("tokenizer");
  private static final String RETIRED = Sha256.hex("retired");

  private static final ObjectStore NOWHERE =
      new ObjectStore(MinioClient.builder().endpoint("http://127.0.0.1:1").build());

  @TempDir Path folder;
  private EncoderFiles files;

  @BeforeEach
  void fill() throws IOException {
    files = new EncoderFiles(NOWHERE, folder, Clock.fixed(NOW, ZoneOffset.UTC));
    write(GRAPH + ".onnx", "graph", OLD);
    write(TOKENIZER + ".json", "tokenizer", OLD);
    write(RETIRED + ".onnx", "retired", OLD);
    write("fetch-1.partial", "half", OLD);
    write("notes.txt", "not ours", OLD);
  }

  private void write(String name, String content, Duration age) throws IOException {
    var file = Files.writeString(folder.resolve(name), content, StandardCharsets.UTF_8);
    Files.setLastModifiedTime(file, FileTime.from(NOW.minus(age)));
  }

  @Test
  void whatIsNotServedGoesWhenItIsOld() throws IOException {
    write(Sha256.hex("new") + ".onnx", "new", Duration.ofMinutes(50));
    write("fetch-2.partial", "half", Duration.ofMinutes(5));

    files.retain(List.of(version()));

    assertThat(names())
        .containsExactlyInAnyOrder(
            GRAPH + ".onnx",
            TOKENIZER + ".json",
            Sha256.hex("new") + ".onnx",
            "fetch-2.partial",
            "notes.txt");
  }

  /// By another process, say, that serves it while this one does not know it yet.
  @Test
  void whatWasAskedForLatelyStays() throws IOException {
    files.fetch(new PublishedFile("m/1/model.onnx", 7, RETIRED));

    files.retain(List.of(version()));

    assertThat(names()).contains(RETIRED + ".onnx").doesNotContain("fetch-1.partial");
  }

  /// Two models with one graph have different weights, so a graph has a folder with its own.
  @Test
  void aGraphAndItsWeightsHaveAFolder() throws IOException {
    var data = Sha256.hex("weights");
    var together = Files.createDirectory(folder.resolve(GRAPH + "-" + data));
    var others = Files.createDirectory(folder.resolve(GRAPH + "-" + RETIRED));
    for (var one : List.of(together, others)) {
      write(one.getFileName() + "/model.onnx", "graph", OLD);
      write(one.getFileName() + "/model.onnx.data", "weights", OLD);
      Files.setLastModifiedTime(one, FileTime.from(NOW.minus(OLD)));
    }
    var large = version(new PublishedFile("m/1/model.onnx.data", 7, data));

    files.retain(List.of(large));

    assertThat(names()).contains(together.getFileName().toString());
    assertThat(others).doesNotExist();
    assertThat(files.fetchModel(large)).isEqualTo(together.resolve("model.onnx"));
    files.retain(List.of());
    assertThat(together).as("asked for lately").exists();
    write(together.getFileName() + "/model.onnx.data", "changed", OLD);
    assertThatExceptionOfType(StoreException.class)
        .as("it is to be fetched anew")
        .isThrownBy(() -> files.fetchModel(large))
        .withMessageContaining("m/1/model.onnx.data");
  }

  private List<String> names() throws IOException {
    try (var entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).toList();
    }
  }

  private static EncoderVersion version() {
    return version(null);
  }

  private static EncoderVersion version(@Nullable PublishedFile data) {
    return new EncoderVersion(
        "m",
        1,
        Instant.EPOCH,
        List.of(),
        FuzzedCards.BOTH.getLast(),
        "{}",
        new PublishedFile("m/1/model.onnx", 5, GRAPH),
        data,
        new PublishedFile("m/1/tokenizer.json", 9, TOKENIZER),
        0);
  }
}
