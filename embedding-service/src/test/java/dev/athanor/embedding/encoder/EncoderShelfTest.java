package dev.athanor.embedding.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import dev.athanor.embedding.Graphs;
import dev.athanor.embedding.Wire;
import dev.athanor.embedding.catalogue.Card;
import dev.athanor.embedding.catalogue.EncoderVersion;
import dev.athanor.embedding.catalogue.PublishedFile;
import dev.athanor.embedding.metrics.ServingMetrics;
import dev.athanor.platform.digest.Sha256;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import dev.athanor.platform.store.ObjectStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.minio.MinioClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

/// Real sessions of ONNX Runtime, whose files are on the local disk already.
@Timeout(60)
class EncoderShelfTest {
  private static final Card CARD = Card.parse(Graphs.card(Graphs.DIMENSIONS));
  private static final byte[] GRAPH = Graphs.model(Graphs.flat()).toBytes();
  private static final List<Prepared> IMAGE =
      List.of(new Prepared.Pixels(new float[Graphs.DIMENSIONS]));

  private static final ObjectStore NOWHERE =
      new ObjectStore(MinioClient.builder().endpoint("http://127.0.0.1:1").build());

  private final AtomicReference<@Nullable Error> failure = new AtomicReference<>();
  private final List<Thread> loaders = new CopyOnWriteArrayList<>();
  private final EncoderVersion a = version("a", 0);
  private final EncoderVersion b = version("b", 0);
  private final EncoderVersion c = version("c", 0);

  @TempDir Path folder;
  private @Nullable EncoderShelf shelf;

  @AfterEach
  void close() {
    if (shelf != null) {
      shelf.close();
    }
  }

  @Test
  void theLongestUnusedLeavesAndComesBackWhenAsked() throws Exception {
    var shelf = shelf(2, DataSize.ofMegabytes(1));
    var first = used(shelf, a);
    var second = used(shelf, b);
    assertThat(used(shelf, a)).isSameAs(first);

    used(shelf, c);

    assertThat(used(shelf, a)).isSameAs(first);
    assertThatIllegalStateException()
        .isThrownBy(() -> second.encode(IMAGE))
        .withMessageContaining("the encoder is closed");
    assertThat(used(shelf, b)).isNotSameAs(second);
  }

  @Test
  void whatIsInUseStaysAndWhereAllAreNobodyComes() throws Exception {
    var shelf = shelf(2, DataSize.ofMegabytes(1));
    try (var first = borrow(shelf, a);
        var second = borrow(shelf, b)) {
      assertThatThrownBy(() -> borrow(shelf, c))
          .isInstanceOfSatisfying(
              Problem.class, full -> assertThat(full.kind()).isEqualTo(Kind.TOO_MANY))
          .hasMessage("model: all 2 encoders in memory are in use (expected: one to become free)");
      second.close();
      used(shelf, c);
      first.encoder().encode(IMAGE);
      assertThatIllegalStateException().isThrownBy(() -> second.encoder().encode(IMAGE));
    }
  }

  /// Of 1000 bytes, three that took 400 in their trial; their files are of some hundred each.
  @Test
  void whatATrialTookCountsAndNotTheFileAlone() throws Exception {
    assertThat(GRAPH.length).isLessThan(300);
    var shelf = shelf(8, DataSize.ofBytes(1000));
    var first = used(shelf, version("heavy-1", 400));
    used(shelf, version("heavy-2", 400));
    first.encode(IMAGE);

    used(shelf, version("heavy-3", 400));

    assertThatIllegalStateException().isThrownBy(() -> first.encode(IMAGE));
  }

  /// Two that a new version has replaced, whose calls go on.
  @Test
  void whatIsRetiredHasItsBytesUntilItsLastCallerIsDone() throws Exception {
    var shelf = shelf(8, DataSize.ofBytes(1000));
    var next = version("heavy-3", 400);
    try (var first = borrow(shelf, version("heavy-1", 400));
        var second = borrow(shelf, version("heavy-2", 400))) {
      shelf.retain(List.of(next));

      assertThatThrownBy(() -> borrow(shelf, next))
          .isInstanceOfSatisfying(
              Problem.class, full -> assertThat(full.kind()).isEqualTo(Kind.TOO_MANY))
          .hasMessage("model: all 2 encoders in memory are in use (expected: one to become free)");
      first.close();
      used(shelf, next).encode(IMAGE);
      second.encoder().encode(IMAGE);
    }
    used(shelf, version("heavy-4", 600)).encode(IMAGE);
  }

  /// What keeps a virtual thread busy in native code keeps all others from running, where the
  /// machine is small.
  @Test
  void aLoadHasAThreadOfItsOwnAndSaysWhatAPassTook() throws Exception {
    try (var loan = borrow(shelf(1, DataSize.ofMegabytes(1)), a)) {
      assertThat(loaders).isNotEmpty().noneMatch(Thread::isVirtual).allMatch(Thread::isDaemon);
      assertThat(loan.tried().nanos()).isPositive();
      assertThat(loan.encoder().encode(List.of(loan.tried().input())))
          .hasDimensions(1, Graphs.DIMENSIONS);
    }
  }

  @Test
  void theFileCountsWhereNoTrialTookMore() throws Exception {
    var shelf = shelf(8, DataSize.ofBytes(2L * GRAPH.length));
    var first = used(shelf, a);
    used(shelf, b);
    first.encode(IMAGE);

    used(shelf, c);

    assertThatIllegalStateException().isThrownBy(() -> first.encode(IMAGE));
  }

  /// Nothing is fetched to tell.
  @Test
  void weightsBesideTheGraphCount() throws Exception {
    var shelf = shelf(8, DataSize.ofMegabytes(1));
    long bytes = (3L << 30) + 1;
    assertThatThrownBy(() -> borrow(shelf, version("large", 0, data("x", bytes))))
        .isInstanceOfSatisfying(
            Problem.class, large -> assertThat(large.kind()).isEqualTo(Kind.UNAVAILABLE))
        .hasMessage(
            "model: large@1 takes %d bytes of memory (expected: at most 1048576, athanor.encoder.memory)"
                .formatted(bytes + GRAPH.length));
  }

  @Test
  void aGraphWhoseWeightsLieElsewhereIsNotLoaded() throws Exception {
    var shelf = shelf(8, DataSize.ofMegabytes(1));
    var entry = new Wire().text(1, "location").text(2, "/etc/passwd");
    var tensor = Graphs.tensor("weights", Graphs.FLOAT, 1).number(14, 1).message(13, entry);
    var graph = Graphs.model(Graphs.flat().message(5, tensor)).toBytes();
    var together =
        Files.createDirectory(folder.resolve(Sha256.hex(graph) + "-" + Sha256.hex("data")));
    Files.write(together.resolve("model.onnx"), graph);
    Files.writeString(together.resolve("model.onnx.data"), "data");
    var made = version("made", graph, 0, data("data", 4));
    assertThatThrownBy(() -> borrow(shelf, made))
        .isInstanceOfSatisfying(
            Problem.class, refused -> assertThat(refused.kind()).isEqualTo(Kind.UNAVAILABLE))
        .hasMessageContaining("tensor \"weights\": its data lie in ")
        .hasMessageContaining("(expected: location model.onnx.data, with offset and length");
    assertThat(shelf.failed(made)).isTrue();
  }

  private static PublishedFile data(String content, long bytes) {
    return new PublishedFile("any/1/model.onnx.data", bytes, Sha256.hex(content));
  }

  @Test
  void whatNeverFitsIsRefusedAndLeavesTheOthersWhereTheyAre() throws Exception {
    var shelf = shelf(8, DataSize.ofBytes(1000));
    var first = used(shelf, a);
    assertThatThrownBy(() -> borrow(shelf, version("vast", 1001)))
        .isInstanceOfSatisfying(
            Problem.class, large -> assertThat(large.kind()).isEqualTo(Kind.UNAVAILABLE))
        .hasMessage(
            "model: vast@1 takes 1001 bytes of memory (expected: at most 1000,"
                + " athanor.encoder.memory)");
    first.encode(IMAGE);
  }

  /// Else its place would be taken for as long as the service runs.
  @Test
  void aLoadThatEndsInAnyErrorGivesItsPlaceBack() throws Exception {
    var shelf = shelf(1, DataSize.ofMegabytes(1));
    failure.set(new OutOfMemoryError("for a test"));
    assertThatThrownBy(() -> borrow(shelf, a))
        .isInstanceOfSatisfying(
            Problem.class, failed -> assertThat(failed.kind()).isEqualTo(Kind.UNAVAILABLE))
        .hasMessage("model: a@1 could not be loaded: for a test");
    failure.set(null);
    used(shelf, b).encode(IMAGE);
  }

  /// Borrows it and gives it back.
  private static Encoder used(EncoderShelf shelf, EncoderVersion version) throws Exception {
    try (var loan = borrow(shelf, version)) {
      return loan.encoder();
    }
  }

  private static EncoderShelf.Loan borrow(EncoderShelf shelf, EncoderVersion version)
      throws Exception {
    try {
      return shelf.borrow(version).orTimeout(30, TimeUnit.SECONDS).join();
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof Problem problem ? problem : failed;
    }
  }

  private EncoderShelf shelf(int loaded, DataSize memory) throws IOException {
    Files.write(folder.resolve(Sha256.hex(GRAPH) + ".onnx"), GRAPH);
    var properties = new EncoderProperties(folder, loaded, memory, 1, "cpu", null);
    var files = new EncoderFiles(NOWHERE, folder, clock());
    var opened =
        new EncoderShelf(
            files,
            properties,
            Device.cpu(),
            System::nanoTime,
            new ServingMetrics(new SimpleMeterRegistry()));
    shelf = opened;
    return opened;
  }

  /// Read when a file is fetched, in the middle of a load.
  private Clock clock() {
    return new Clock() {
      @Override
      public Instant instant() {
        loaders.add(Thread.currentThread());
        var wanted = failure.get();
        if (wanted != null) {
          throw wanted;
        }
        return Instant.EPOCH;
      }

      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }
    };
  }

  private static EncoderVersion version(String name, long memoryBytes) {
    return version(name, memoryBytes, null);
  }

  private static EncoderVersion version(
      String name, long memoryBytes, @Nullable PublishedFile data) {
    return version(name, GRAPH, memoryBytes, data);
  }

  private static EncoderVersion version(
      String name, byte[] graph, long memoryBytes, @Nullable PublishedFile data) {
    return new EncoderVersion(
        name,
        1,
        Instant.EPOCH,
        List.of(),
        CARD,
        "{}",
        new PublishedFile(name + "/1/model.onnx", graph.length, Sha256.hex(graph)),
        data,
        null,
        memoryBytes);
  }
}
