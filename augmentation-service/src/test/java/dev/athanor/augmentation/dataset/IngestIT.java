package dev.athanor.augmentation.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.augmentation.Archives;
import dev.athanor.augmentation.Fixtures;
import dev.athanor.augmentation.Service;
import dev.athanor.augmentation.shard.Manifest;
import dev.athanor.platform.store.ObjectStore;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/// Every format goes in whole, and what is broken is refused whole: with a reason, nothing left in
/// the object store, and a service that goes on.
class IngestIT {
  private static Service service;

  @BeforeAll
  static void start() {
    service = Service.start();
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  static Stream<Arguments> formats() {
    var split = new LinkedHashMap<>(Archives.classFolders("train/", 20));
    split.putAll(Archives.classFolders("test/", 6));
    var tar = Archives.tar(split);
    return Stream.of(
        Arguments.of("idx-gz", Fixtures.idx(40, 10, 28), 40, 10, 10),
        Arguments.of(
            "idx-plain",
            Map.of(
                "train/images", Fixtures.idxImages(30, 28),
                "train/labels", Fixtures.idxLabels(30),
                "test/images", Fixtures.idxImages(10, 28),
                "test/labels", Fixtures.idxLabels(10)),
            30,
            10,
            10),
        Arguments.of("tar", Map.of("auto/a.tar", tar), 20, 6, 2),
        Arguments.of("tar-gz", Map.of("auto/a.tgz", Fixtures.gzip(tar)), 20, 6, 2),
        Arguments.of("zip", Map.of("auto/a.zip", Archives.zip(split)), 20, 6, 2),
        Arguments.of(
            "splits-apart",
            Map.of(
                "train/a.tar", Archives.tar(Archives.classFolders("", 20)),
                "test/b.tar", Archives.tar(Archives.classFolders("", 8))),
            20,
            8,
            2),
        Arguments.of(
            "held-out",
            Map.of("auto/a.tar", Archives.tar(Archives.classFolders("", 100))),
            90,
            10,
            2),
        Arguments.of("jpeg", Map.of("auto/a.tar", Archives.tar(jpegs(20))), 18, 2, 2),
        Arguments.of("gif", Map.of("auto/a.tar", Archives.tar(images("gif", 20))), 18, 2, 2),
        Arguments.of("flat", Map.of("auto/a.tar", Archives.tar(flat(50))), 45, 5, 0),
        Arguments.of("webdataset", Map.of("auto/a.tar", Archives.tar(webDataset(50))), 45, 5, 3),
        Arguments.of("cifar", cifar(60, 20), 60, 20, 10));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("formats")
  void everyFormatGoesIn(String name, Map<String, byte[]> files, int train, int test, int classes) {
    var version = service.awaitEnd(service.upload(name, files));

    assertThat(version.path("state").asString()).as(version.toString()).isEqualTo("READY");
    assertThat(samples(version, "train")).isBetween(train - 3L, train + 3L);
    assertThat(samples(version, "train") + samples(version, "test")).isEqualTo(train + test);
    assertThat(version.path("classes").size()).isEqualTo(classes);
    assertThat(objects(name, 1)).anyMatch(key -> key.endsWith("/manifest.json"));
  }

  /// However many ask at once; and what they ask for under another's key is not taken for it.
  @Test
  void oneKeyMakesOneVersion() throws InterruptedException {
    var versions = "/v1/datasets/keyed/versions";
    var calls =
        IntStream.range(0, 8)
            .mapToObj(_ -> (Callable<HttpResponse<String>>) () -> service.post(versions, "{}", "k"))
            .toList();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      assertThat(threads.invokeAll(calls))
          .extracting(call -> call.resultNow().statusCode() + call.resultNow().body())
          .allMatch(made -> made.startsWith("201") && made.contains("\"version\":1,"))
          .hasSize(8);
    }

    var other = service.post(versions, "{\"seed\": 7}", "k");
    assertThat(other.statusCode()).isEqualTo(409);
    assertThat(other.body()).contains("created version 1 from another request");
    assertThat(service.post(versions, "{}", "l").body()).contains("\"version\":2,");
    assertThat(service.post(versions, "{}", "k".repeat(201)).statusCode()).isEqualTo(400);
  }

  static Stream<Arguments> broken() {
    var good = Archives.tar(Archives.classFolders("", 40));
    var jpeg = jpegs(4).values().iterator().next();
    return Stream.of(
        Arguments.of("cut-gzip", one("a.tgz", half(Fixtures.gzip(good))), "a.tgz"),
        Arguments.of("cut-tar", one("a.tar", Arrays.copyOf(good, good.length - 12_000)), "a.tar"),
        Arguments.of(
            "cut-jpeg", one("a.tar", Archives.tar(Map.of("cat/1.jpg", half(jpeg)))), "cat/1.jpg"),
        Arguments.of(
            "short-labels",
            Map.of("train/i", Fixtures.idxImages(20, 28), "train/l", Fixtures.idxLabels(19)),
            "19"),
        Arguments.of("zip-bomb", one("a.zip", bomb()), "a.zip"),
        Arguments.of(
            "traversal",
            one("a.tar", Archives.tar(Map.of("../../etc/cat/1.png", Fixtures.png(16, 3, 0, 0)))),
            "../../etc"),
        Arguments.of(
            "huge-header",
            one("a.tar", Archives.tar(Map.of("cat/1.png", Archives.pngHeader(100_000, 100_000)))),
            "100000"),
        Arguments.of("empty-tar", one("a.tar", Archives.tar(Map.of())), "a.tar"),
        Arguments.of("empty-zip", one("a.zip", Archives.zip(Map.of())), "a.zip"),
        Arguments.of(
            "text",
            one("a.csv", "a,b\n1,2\n".repeat(100).getBytes(StandardCharsets.UTF_8)),
            "a.csv"),
        Arguments.of("nothing", one("a.bin", new byte[0]), "a.bin"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("broken")
  void whatIsBrokenIsRefusedWhole(String name, Map<String, byte[]> files, String offender) {
    var path = service.upload(name, files);
    var version = service.awaitEnd(path);

    assertThat(version.path("state").asString()).isEqualTo("FAILED");
    assertThat(version.path("reason").asString()).contains(offender).contains("expected");
    assertThat(objects(name, 1)).isEmpty();
    assertThat(service.send("GET", path + "/samples", BodyPublishers.noBody()).statusCode())
        .isEqualTo(404);
    var good = service.awaitEnd(service.upload(name, Fixtures.idx(20, 5, 28)));
    assertThat(good.path("state").asString()).isEqualTo("READY");
  }

  @ParameterizedTest
  @CsvSource({
    "PUT, /v1/datasets/refusals/versions/1/files/train/..%2Fx, 400",
    "PUT, /v1/datasets/refusals/versions/1/files/validation/x, 400",
    "PUT, /v1/datasets/refusals/versions/9/files/train/x, 404",
    "POST, /v1/datasets/Not%20A%20Name/versions, 400",
    "POST, /v1/datasets/refusals/versions/1/ingest, 409",
    "GET, /v1/datasets/refusals/versions/9, 404",
    "GET, /v1/datasets?limit=0, 400"
  })
  void whatDoesNotFitIsRefused(String method, String path, int status) {
    service.post("/v1/datasets/refusals/versions", "{}");

    assertThat(service.send(method, path, BodyPublishers.ofString("{}")).statusCode())
        .isEqualTo(status);
  }

  @Test
  void anUnknownFieldIsNamed() {
    var answer = service.post("/v1/datasets/fields/versions", "{\"holdout\": 0.2}");

    assertThat(answer.path("status").asInt()).isEqualTo(400);
    assertThat(answer.path("detail").asString()).contains("holdout").contains("holdOut");
  }

  @Test
  void anUploadThatBreaksOffIsNoFileOfTheVersion() throws IOException {
    service.post("/v1/datasets/cut/versions", "{}");
    try (var socket = new Socket("127.0.0.1", service.port())) {
      socket.setSoTimeout(60_000);
      var head =
          "PUT /v1/datasets/cut/versions/1/files/auto/a.tar HTTP/1.1\r\nHost: x\r\n"
              + "Content-Length: 100000\r\n\r\nonly this";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.shutdownOutput();
      var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(answer).startsWith("HTTP/1.1 400");
    }
    assertThat(service.get("/v1/datasets/cut/versions/1").path("uploads")).isEmpty();
  }

  @Test
  void samplesAreListedShownAndPreviewed() throws IOException {
    var path = service.upload("shown", Fixtures.idx(20, 5, 28));
    service.awaitEnd(path);

    var page = service.get(path + "/samples?split=test&limit=2");
    assertThat(page.path("samples").get(1).toString())
        .isEqualTo("{\"index\":1,\"label\":1,\"class\":\"1\"}");
    assertThat(service.get(path + "/samples?split=test&after=4").path("samples").size()).isZero();
    var image = service.getBytes(path + "/samples/test/3/image");
    var decoded = ImageIO.read(new ByteArrayInputStream(image.body()));
    assertThat(decoded.getRaster().getPixels(0, 0, 28, 28, (int[]) null)).hasSize(28 * 28);

    var preview =
        service.send(
            "POST", path + "/preview", BodyPublishers.ofString("{\"index\": 3, \"views\": 4}"));
    assertThat(preview.statusCode()).isEqualTo(200);
    assertThat(preview.headers().firstValue("Content-Type")).hasValue("image/png");
    var refused =
        service.send(
            "POST", path + "/preview", BodyPublishers.ofString("{\"augmentation\":{\"flip\":2}}"));
    assertThat(refused.statusCode()).isIn(400, 422);
    assertThat(refused.body()).contains("augmentation.flip");
  }

  /// Samples stay the bytes that they were, and any reader of the shards sees by their names what
  /// they are.
  @Test
  void aGifStaysOneAndIsPreviewed() {
    var gifs = images("gif", 1);
    var tar = Archives.tar(gifs);
    var path = service.upload("moving", Map.of("train/a.tar", tar, "test/b.tar", tar));
    assertThat(service.awaitEnd(path).path("state").asString()).isEqualTo("READY");

    var image = service.getBytes(path + "/samples/train/0/image");
    assertThat(image.headers().firstValue("Content-Type")).hasValue("image/gif");
    assertThat(image.body()).isEqualTo(gifs.values().iterator().next());
    var shard = service.bean(ObjectStore.class).get(Manifest.BUCKET, "moving/1/shard-00000.tar");
    assertThat(new String(shard, 0, 100, StandardCharsets.US_ASCII)).startsWith("000000.gif\0");
    var preview =
        service.send("POST", path + "/preview", BodyPublishers.ofString("{\"index\": 0}"));
    assertThat(preview.statusCode()).as(preview.body()).isEqualTo(200);
  }

  @Test
  void progressCanBeFollowed() {
    var path = service.upload("followed", Fixtures.idx(50, 10, 28));

    var events = service.send("GET", path + "/events", BodyPublishers.noBody());

    assertThat(events.headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/event-stream");
    assertThat(events.body()).contains("event:progress").contains("\"state\":\"READY\"");
  }

  @Test
  void aDeletedVersionLeavesNothing() {
    var path = service.upload("deleted", Fixtures.idx(20, 5, 28));
    service.awaitEnd(path);

    assertThat(service.send("DELETE", path, BodyPublishers.noBody()).statusCode()).isEqualTo(204);
    assertThat(objects("deleted", 1)).isEmpty();
    assertThat(service.send("GET", path, BodyPublishers.noBody()).statusCode()).isEqualTo(404);
  }

  @Test
  void anUploadedFileThatNoVersionNamesIsDeletedOnceItIsOld() {
    var store = service.bean(ObjectStore.class);
    var path = service.upload("swept", Fixtures.idx(20, 5, 28));
    store.put(Upload.BUCKET, "left-behind", new byte[] {1});
    var now = service.bean(Clock.class).instant();

    sweeperAt(now.plus(Duration.ofMinutes(50))).sweep();
    assertThat(store.stat(Upload.BUCKET, "left-behind")).isPresent();

    sweeperAt(now.plus(Duration.ofMinutes(70))).sweep();
    assertThat(store.stat(Upload.BUCKET, "left-behind")).isEmpty();
    assertThat(service.awaitEnd(path).path("state").asString()).isEqualTo("READY");
  }

  /// The worker of a version that was deleted may still write; and one that died may leave some.
  @Test
  void shardsThatNoVersionNamesAreDeletedOnceTheyAreOld() {
    var store = service.bean(ObjectStore.class);
    var path = service.upload("kept", Fixtures.idx(20, 5, 28));
    service.awaitEnd(path);
    service.awaitEnd(service.upload("failed", one("a.bin", new byte[0])));
    var left =
        List.of(
            "kept/2/shard-00000.tar", "gone/1/tokens/0123/train.ids", "failed/1/shard-00000.tar");
    left.forEach(key -> store.put(Manifest.BUCKET, key, new byte[] {1}));
    store.put(Manifest.BUCKET, "not/ours", new byte[] {1});
    var now = service.bean(Clock.class).instant();

    shardSweeperAt(now.plus(Duration.ofMinutes(50))).sweep();
    assertThat(left).allMatch(key -> store.stat(Manifest.BUCKET, key).isPresent());

    shardSweeperAt(now.plus(Duration.ofMinutes(70))).sweep();
    assertThat(left).noneMatch(key -> store.stat(Manifest.BUCKET, key).isPresent());
    assertThat(objects("kept", 1)).hasSize(3);
    assertThat(store.stat(Manifest.BUCKET, "not/ours")).isPresent();
  }

  @Test
  void aVersionThatNobodyUploadsToIsGivenUp() {
    var store = service.bean(ObjectStore.class);
    service.post("/v1/datasets/waiting/versions", "{}");
    var path = "/v1/datasets/waiting/versions/1";
    service.put(path + "/files/auto/a.bin", new byte[] {1});
    var file = service.bean(VersionRows.class).uploads("waiting", 1).getFirst().objectKey();
    var now = service.bean(Clock.class).instant();

    sweeperAt(now.plus(Duration.ofDays(6))).sweep();
    assertThat(service.get(path).path("state").asString()).isEqualTo("UPLOADING");
    assertThat(store.stat(Upload.BUCKET, file)).isPresent();

    sweeperAt(now.plus(Duration.ofDays(8))).sweep();
    assertThat(service.get(path).path("state").asString()).isEqualTo("FAILED");
    assertThat(service.get(path).path("reason").asString())
        .isEqualTo("given up: no upload for 168 hours (expected: all files, then the ingest)");
    assertThat(store.stat(Upload.BUCKET, file)).isEmpty();
  }

  private static ShardSweeper shardSweeperAt(Instant now) {
    return new ShardSweeper(
        service.bean(ObjectStore.class),
        service.bean(JdbcClient.class),
        Clock.fixed(now, ZoneOffset.UTC),
        service.bean(DatasetProperties.class));
  }

  private static UploadSweeper sweeperAt(Instant now) {
    return new UploadSweeper(
        service.bean(VersionRows.class),
        service.bean(ObjectStore.class),
        service.bean(JdbcClient.class),
        Clock.fixed(now, ZoneOffset.UTC),
        service.bean(DatasetProperties.class));
  }

  private static long samples(JsonNode version, String split) {
    return version.path("splits").path(split).path("samples").asLong();
  }

  private static List<String> objects(String dataset, int version) {
    return service
        .bean(ObjectStore.class)
        .list(Manifest.BUCKET, Manifest.prefix(dataset, version))
        .stream()
        .map(ObjectStore.Stat::key)
        .toList();
  }

  private static Map<String, byte[]> one(String file, byte[] bytes) {
    return Map.of("auto/" + file, bytes);
  }

  private static byte[] half(byte[] bytes) {
    return Arrays.copyOf(bytes, bytes.length / 2);
  }

  /// 256 MiB of zeros in about 256 KiB.
  private static byte[] bomb() {
    return Archives.zip(Map.of("cat/1.png", new byte[1 << 28]));
  }

  private static Map<String, byte[]> jpegs(int count) {
    return images("jpg", count);
  }

  /// @param format of the JDK's own encoders, which is also how the files' names end
  private static Map<String, byte[]> images(String format, int count) {
    var entries = new LinkedHashMap<String, byte[]>();
    for (int i = 0; i < count; i++) {
      var image = new BufferedImage(24, 20, BufferedImage.TYPE_3BYTE_BGR);
      for (int x = 0; x < 24; x++) {
        image.setRGB(x, i % 20, 0x40a0f0 + 999 * x);
      }
      var bytes = new ByteArrayOutputStream();
      try {
        ImageIO.write(image, format, bytes);
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
      entries.put(
          "%s/%03d.%s".formatted(i % 2 == 0 ? "cat" : "dog", i, format), bytes.toByteArray());
    }
    return entries;
  }

  private static Map<String, byte[]> flat(int count) {
    var entries = new LinkedHashMap<String, byte[]>();
    for (int i = 0; i < count; i++) {
      entries.put("%03d.png".formatted(i), Fixtures.png(16, 1, 0, i));
    }
    return entries;
  }

  private static Map<String, byte[]> webDataset(int count) {
    var entries = new LinkedHashMap<String, byte[]>();
    for (int i = 0; i < count; i++) {
      entries.put("%06d.png".formatted(i), Fixtures.png(16, 3, i % 3, i));
      entries.put(
          "%06d.cls".formatted(i), Integer.toString(i % 3).getBytes(StandardCharsets.UTF_8));
    }
    return entries;
  }

  private static Map<String, byte[]> cifar(int train, int test) {
    return Map.of("auto/data_batch_1.bin", cifar(train), "auto/test_batch.bin", cifar(test));
  }

  private static byte[] cifar(int count) {
    var bytes = new byte[count * 3073];
    for (int i = 0; i < count; i++) {
      bytes[i * 3073] = (byte) (i % 10);
      System.arraycopy(Fixtures.pixels(32, 3, i % 10, i), 0, bytes, i * 3073 + 1, 3072);
    }
    return bytes;
  }
}
