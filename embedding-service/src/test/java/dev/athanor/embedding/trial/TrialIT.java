package dev.athanor.embedding.trial;

import static dev.athanor.embedding.Graphs.DIMENSIONS;
import static dev.athanor.embedding.Graphs.FLOAT;
import static dev.athanor.embedding.Graphs.SIZE;
import static dev.athanor.embedding.Graphs.constant;
import static dev.athanor.embedding.Graphs.encoder;
import static dev.athanor.embedding.Graphs.encoderOf;
import static dev.athanor.embedding.Graphs.flat;
import static dev.athanor.embedding.Graphs.integer;
import static dev.athanor.embedding.Graphs.integers;
import static dev.athanor.embedding.Graphs.model;
import static dev.athanor.embedding.Graphs.node;
import static dev.athanor.embedding.Graphs.tensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import dev.athanor.embedding.BertExport;
import dev.athanor.embedding.Encoders;
import dev.athanor.embedding.Graphs;
import dev.athanor.embedding.Pictures;
import dev.athanor.embedding.Serving;
import dev.athanor.embedding.Wire;
import dev.athanor.embedding.catalogue.Card;
import dev.athanor.embedding.catalogue.Catalogue;
import dev.athanor.embedding.catalogue.ModelReference;
import dev.athanor.platform.store.ObjectStore;
import dev.athanor.preprocessing.ImageDecoder;
import dev.athanor.preprocessing.ImagePreprocessing;
import dev.athanor.preprocessing.process.BoundedJava;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// What callers bring is tried in a process of its own, and the service answers all along.
@Timeout(500)
class TrialIT {
  private static final AtomicInteger models = new AtomicInteger();

  @TempDir static Path folder;
  private static Registry registry;
  private static Serving serving;

  private final String name = "brought-" + models.incrementAndGet();

  @BeforeAll
  static void start() throws Exception {
    registry = new Registry();
    serving =
        new Serving(
            folder,
            Map.of(
                "ATHANOR_TRAINER_URL", registry.url(),
                "ATHANOR_TRIAL_MEMORY", "2GB",
                "ATHANOR_TRIAL_TIME", "20s",
                "ATHANOR_TRIAL_POLL", "200ms",
                "athanor.encoder.models.unit.normalise", "true",
                "athanor.encoder.models.unit.threads", "2"));
    registry.of(serving);
    registry.upload(
        "proven", Graphs.card(DIMENSIONS), Map.of("model.onnx", model(flat()).toBytes()));
    assertThat(verdict("proven").path("outcome").stringValue()).isEqualTo("READY");
    serving.awaitServed("proven", "proven@1");
  }

  @AfterAll
  static void stop() {
    serving.close();
    registry.close();
  }

  @Test
  void whatTheTrainerExportsIsServedAsTheRuntimeComputesIt() throws Exception {
    var trained = Encoders.train(folder.resolve(name), name, 1, 4);
    var card = Files.readString(trained.folder().resolve("card.json"));
    registry.upload(name, card, Map.of("model.onnx", trained.onnx()));
    var verdict = verdict(name);
    assertThat(verdict.path("outcome").stringValue()).as(verdict.toString()).isEqualTo("READY");
    assertThat(verdict.at("/figures/memoryBytes").longValue()).isPositive();
    assertThat(verdict.at("/figures/forwardMillis").doubleValue()).isPositive();
    serving.awaitServed(name, name + "@1");
    assertServed(name, trained.onnx(), card, Encoders.images(3, 7));
  }

  /// `Resize(256)`, `CenterCrop(224)`, as Pillow interpolates.
  @Test
  void anExportOfTorchvisionsGivesWhatTorchvisionGives() throws Exception {
    Torchvision.assumePresent();
    var image = Pictures.png(Pictures.noise(300, 400, new Random(9)));
    var theirs = Torchvision.export(folder.resolve(name), image, "bilinear", "bicubic");
    for (var vector : theirs.vectors().entrySet()) {
      assertExport(theirs.onnx(), image, vector.getKey(), vector.getValue());
    }
  }

  private void assertExport(byte[] onnx, byte[] image, String interpolation, float[] theirs)
      throws Exception {
    var model = name + "-" + interpolation;
    var card =
        """
        {"kind": "image-encoder",
         "input": {"name": "pixels", "layout": "NCHW", "type": "float32", "height": 224, "width": 224, "channels": 3,
           "resize": "shorter-side", "shorterSide": 256, "crop": "centre", "interpolation": "%s", "scale": 0.00392156862745098,
           "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]},
         "output": {"name": "embedding", "dimensions": 512}}\
        """
            .formatted(interpolation);
    registry.upload(model, card, Map.of("model.onnx", onnx));
    var verdict = verdict(model);
    assertThat(verdict.path("outcome").stringValue()).as(verdict.toString()).isEqualTo("READY");
    serving.awaitServed(model, model + "@1");
    assertServed(model, onnx, card, List.of(image));
    var ours = row(embed(model, image));
    double across = 0;
    double length = 0;
    for (int d = 0; d < ours.length; d++) {
      across += Math.pow(ours[d] - theirs[d], 2);
      length += Math.pow(theirs[d], 2);
    }
    // A resized value may be rounded the other way, by 1 of 255.
    assertThat(Math.sqrt(across / length)).as(interpolation).isLessThan(0.01);
  }

  /// As sentence-transformers' exports are: three inputs, hidden states, a tokenizer beside them.
  @Test
  void aTextEncoderOfOthersIsTriedAndServed() throws Exception {
    var bert = BertExport.write(folder.resolve(name), name, "mean", true);
    var files = new HashMap<String, byte[]>();
    for (var file : bert.files()) {
      files.put(file.getName(), Files.readAllBytes(bert.folder().resolve(file.getName())));
    }
    registry.upload(name, bert.cardJson(), files);
    var verdict = verdict(name);
    assertThat(verdict.path("outcome").stringValue()).as(verdict.toString()).isEqualTo("READY");
    serving.awaitServed(name, name + "@1");
    var answer =
        serving.send(
            serving
                .request("/v1/embeddings")
                .header("Content-Type", "application/json")
                .POST(
                    BodyPublishers.ofString(
                        "{\"model\": \"%s\", \"input\": \"hello furnace\"}".formatted(name))));
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    registry.upload(
        name + "-cut",
        bert.cardJson(),
        Map.of("model.onnx", files.get("model.onnx"), "tokenizer.json", new byte[] {'{'}));
    assertThat(verdict(name + "-cut").path("reason").stringValue()).startsWith("tokenizer.json: ");
  }

  /// The model is set to have vectors of length 1, its card says nothing of it.
  @Test
  void aSettingOverridesTheCard() throws Exception {
    registry.upload("unit", Graphs.card(DIMENSIONS), Map.of("model.onnx", model(flat()).toBytes()));
    assertThat(verdict("unit").path("outcome").stringValue()).isEqualTo("READY");
    serving.awaitServed("unit", "unit@1");
    var plain = row(embed("proven", image()));
    var unit = row(embed("unit", image()));
    double length = 0;
    for (float value : plain) {
      length += (double) value * value;
    }
    for (int d = 0; d < plain.length; d++) {
      assertThat(unit[d]).isCloseTo((float) (plain[d] / Math.sqrt(length)), within(1e-6f));
    }
  }

  @Test
  void nothingPendingIsServedAndWhatIsRejectedSaysWhy() throws Exception {
    registry.upload(
        name,
        Graphs.card(DIMENSIONS),
        Map.of("model.onnx", model(Graphs.loop(1L << 50)).toBytes()));
    await().atMost(Duration.ofSeconds(30)).until(() -> embed(name, image()).statusCode() == 409);
    for (var reference : List.of(name, name + "@1")) {
      var pending = embed(reference, image());
      assertThat(pending.statusCode()).isEqualTo(409);
      assertThat(text(pending)).contains("version 1 is PENDING");
    }
    assertThat(serving.get("/v1/models").body()).doesNotContain("\"" + name + "\"");
    signal("SEGV", awaitBusyChild());
    var verdict = verdict(name);
    assertThat(verdict.path("outcome").stringValue()).isEqualTo("REJECTED");
    assertThat(verdict.path("reason").stringValue())
        .startsWith("crash: the process that ran it ended with SIGSEGV (expected: ");
    await().atMost(Duration.ofSeconds(30)).until(() -> embed(name, image()).statusCode() == 404);
    for (var reference : List.of(name, name + "@1")) {
      assertThat(text(embed(reference, image()))).contains("it is REJECTED: crash: ");
    }
    assertNoChildren();
    assertAnswers();
  }

  static Stream<Hostile> hostile() {
    return Stream.of(
        new Hostile(
            "needs 40 GB",
            DIMENSIONS,
            encoder(
                constant("size", 10_000_000_000L, 1),
                node("ConstantOfShape", "large", "size > large"),
                node("ReduceMax", "most", "large > most", integer("keepdims", 0)),
                node("Add", "add", "flat most > embedding")),
            "memory: more than the trial allows: "),
        new Hostile(
            "grows with its input",
            DIMENSIONS,
            encoder(
                constant("times", 1L << 34, 1),
                node("ReduceMax", "one", "flat > one", integer("keepdims", 0)),
                node("Expand", "expand", "one times > large"),
                node("ReduceMin", "least", "large > least", integer("keepdims", 0)),
                node("Add", "add", "flat least > embedding")),
            "memory: more than the trial allows: "),
        new Hostile(
            "grows with its batch",
            DIMENSIONS,
            encoder(
                constant("behind", 2, 1),
                node("Unsqueeze", "deepen", "flat behind > deep"),
                constant("times", 200_000, 1), // 38 MB an image
                node("Expand", "expand", "deep times > large"),
                node(
                    "ReduceMax",
                    "most",
                    "large > embedding",
                    integers("axes", 2),
                    integer("keepdims", 0))),
            "memory: more than the trial allows, in a batch of 32 images, which"
                + " athanor.batching.max-batch allows: "),
        new Hostile(
            "takes its time with its batch",
            DIMENSIONS,
            Graphs.loopOfRows(11),
            "time: no result after 20 s, in a batch of 32 images, which athanor.batching.max-batch"
                + " allows (expected: loaded and tried within that)"),
        new Hostile(
            "has other dimensions",
            40,
            encoderOf(null, node("Identity", "copy", "flat > embedding")),
            "output embedding: shape (3, 48) (expected: (3, 40))"),
        new Hostile(
            "is not finite",
            DIMENSIONS,
            encoder(
                node("Sub", "zero", "flat flat > zero"),
                node("Div", "nan", "zero zero > embedding")),
            "NaN"),
        new Hostile(
            "mixes rows",
            DIMENSIONS,
            encoder(
                node("ReduceMean", "mean", "flat > mean", integers("axes", 0)),
                node("Sub", "minus", "flat mean > embedding")),
            "a row does not depend on its neighbours"),
        new Hostile(
            "does not type-check",
            DIMENSIONS,
            encoder(node("Xor", "xor", "flat flat > embedding")),
            "Type Error"),
        new Hostile(
            "has an operator of its own",
            DIMENSIONS,
            encoder(node("Steal", "x", "flat > embedding").text(7, "evil")),
            "operator \"evil.Steal\""),
        new Hostile(
            "reads other files",
            DIMENSIONS,
            encoder(node("Identity", "copy", "flat > embedding"))
                .message(
                    5,
                    tensor("w", FLOAT, 1)
                        .message(13, new Wire().text(1, "location").text(2, "/etc/passwd"))),
            "tensor \"w\": its data lie in another file"));
  }

  record Hostile(String what, int dimensions, Wire graph, String reason) {
    @Override
    public String toString() {
      return what;
    }
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void whatIsUnfitIsRejectedAndTheServiceAnswersAllAlong(Hostile file) throws Exception {
    rejected(Graphs.card(file.dimensions()), model(file.graph()).toBytes(), file.reason());
  }

  /// A file of some hundred bytes whose tensor of 200 MB the runtime makes when it loads it.
  @Test
  void whatATrialTookIsKnownToWhoeverServes() throws Exception {
    long numbers = 50_000_000;
    registry.upload(
        name,
        Graphs.card(DIMENSIONS),
        Map.of(
            "model.onnx",
            model(
                    encoder(
                        constant("size", numbers, 1),
                        node("ConstantOfShape", "large", "size > large"),
                        node("Shape", "shape", "flat > shape"),
                        constant("first", 0, 1),
                        node("Gather", "gather", "shape first > rows"),
                        node("Gather", "pick", "large rows > picked"),
                        node("Add", "add", "flat picked > embedding")))
                .toBytes()));
    var verdict = verdict(name);
    assertThat(verdict.path("outcome").stringValue()).as(verdict.toString()).isEqualTo("READY");
    assertThat(verdict.at("/figures/memoryBytes").longValue()).isGreaterThan(4 * numbers);
    serving.awaitServed(name, name + "@1");
    var version = serving.bean(Catalogue.class).resolve(ModelReference.parse(name));
    assertThat(version.model().bytes()).isLessThan(10_000);
    assertThat(version.bytes()).isEqualTo(verdict.at("/figures/memoryBytes").longValue());
  }

  @Test
  void whatIsNoModelIsRejected() throws Exception {
    var whole = model(flat()).toBytes();
    rejected(
        Graphs.card(DIMENSIONS),
        Arrays.copyOf(whole, whole.length / 2),
        "truncated or no ONNX file");
  }

  @Test
  void randomBytesAreRejected() throws Exception {
    var bytes = new byte[100_000];
    new Random(3).nextBytes(bytes);
    rejected(Graphs.card(DIMENSIONS), bytes, "model.onnx: ");
  }

  @Test
  void aCardThatWeCannotFollowIsRejected() throws Exception {
    rejected(
        Graphs.card(DIMENSIONS).replace("bilinear", "lanczos"),
        model(flat()).toBytes(),
        "card.json: input.interpolation: \"lanczos\" (expected: bilinear");
  }

  @Test
  void aTrialThatIsKilledFromOutsideIsRepeated() throws Exception {
    registry.upload(
        name,
        Graphs.card(DIMENSIONS),
        Map.of("model.onnx", model(Graphs.loop(1L << 50)).toBytes()));
    signal("KILL", awaitBusyChild());
    var first = verdict(name);
    assertThat(first.path("outcome").stringValue()).isEqualTo("UNDECIDED");
    assertThat(first.path("reason").stringValue())
        .isEqualTo("the process that ran it was killed from outside");
    signal("SEGV", awaitBusyChild());
    assertThat(verdict(name).path("reason").stringValue()).startsWith("crash: ");
    assertAnswers();
  }

  @Test
  void aTrialWhoseFileDoesNotComeIsNotHeld() throws Exception {
    var store = serving.bean(ObjectStore.class);
    var file = model(flat()).toBytes();
    registry.upload(name, Graphs.card(DIMENSIONS), Map.of("model.onnx", file), Map.of());
    var verdict = verdict(name);
    assertThat(verdict.path("outcome").stringValue()).isEqualTo("NOT_HELD");
    assertThat(verdict.path("reason").stringValue())
        .startsWith("the trial could not be held: ")
        .contains("model.onnx");
    store.put("athanor-models", name + "/upload-1/model.onnx", file);
    JsonNode last = verdict(name);
    while (last.path("outcome").stringValue().equals("NOT_HELD")) {
      last = verdict(name);
    }
    assertThat(last.path("outcome").stringValue()).isEqualTo("READY");
  }

  /// The trial's own bounds, and that nothing of ours is in its environment.
  @Test
  void theProcessIsBounded() throws Exception {
    registry.upload(
        name,
        Graphs.card(DIMENSIONS),
        Map.of("model.onnx", model(Graphs.loop(1L << 50)).toBytes()));
    var child = awaitBusyChild();
    var proc = Path.of("/proc", Long.toString(child.pid()));
    var limits = Files.readString(proc.resolve("limits"));
    assertThat(limits).containsPattern("Max address space +2147483648 +2147483648");
    assertThat(limits).containsPattern("Max cpu time +40 +45");
    assertThat(limits).containsPattern("Max core file size +0 +0");
    assertThat(Files.readString(proc.resolve("oom_score_adj")).strip()).isEqualTo("1000");
    var environment = Files.readString(proc.resolve("environ"), StandardCharsets.ISO_8859_1);
    assertThat(Arrays.stream(environment.split("\0")).map(one -> one.split("=")[0]))
        .isSubsetOf(
            "PATH",
            "LANG",
            "DJL_CACHE_DIR",
            "HOME",
            "MALLOC_ARENA_MAX",
            "PWD",
            "OLDPWD",
            "SHLVL",
            "_");
    signal("SEGV", child);
    verdict(name);
    assertNoChildren();
  }

  /// Its standard input is the parent's end of a pipe.
  @Test
  void theProcessEndsWithItsParent() throws Exception {
    var own = Files.createDirectories(folder.resolve(name));
    Files.writeString(own.resolve("card.json"), Graphs.card(DIMENSIONS));
    Files.write(own.resolve("model.onnx"), model(Graphs.loop(1L << 50)).toBytes());
    var process =
        BoundedJava.of(2 << 20)
            .run(
                TrialMain.class,
                List.of("-Dai.djl.onnx.disable_alternative=true"),
                List.of(own.toString(), "32"))
            .redirectErrorStream(true)
            .redirectOutput(own.resolve("output.log").toFile())
            .start();
    try {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  process.info().totalCpuDuration().orElse(Duration.ZERO).toSeconds() >= 3
                      && process.isAlive());
      process.getOutputStream().close();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(7);
    } finally {
      process.destroyForcibly();
    }
  }

  private void rejected(String card, byte[] file, String reason) throws Exception {
    registry.upload(name, card, Map.of("model.onnx", file));
    long deadline = System.nanoTime() + Duration.ofSeconds(200).toNanos();
    var verdict = registry.verdicts(name).poll();
    while (verdict == null) {
      assertAnswers();
      verdict = registry.verdicts(name).poll(50, TimeUnit.MILLISECONDS);
      assertThat(System.nanoTime()).as("no verdict within 200 s").isLessThan(deadline);
    }
    assertThat(verdict.path("outcome").stringValue()).as(verdict.toString()).isEqualTo("REJECTED");
    assertThat(verdict.path("reason").stringValue()).contains(reason);
    assertAnswers();
    assertNoChildren();
  }

  private static void assertAnswers() {
    assertThat(embed("proven", image()).statusCode()).isEqualTo(200);
  }

  private static JsonNode verdict(String model) throws InterruptedException {
    return Objects.requireNonNull(
        registry.verdicts(model).poll(200, TimeUnit.SECONDS), "no verdict within 200 s");
  }

  private static Stream<ProcessHandle> trials() {
    return ProcessHandle.current().children().filter(TrialIT::isTrial);
  }

  /// (`ProcessHandle.Info` leaves out command lines that are longer than a page.)
  private static boolean isTrial(ProcessHandle child) {
    try {
      var command = Files.readString(Path.of("/proc/" + child.pid() + "/cmdline"));
      return command.contains(TrialMain.class.getName());
    } catch (IOException gone) {
      return false;
    }
  }

  private static void assertNoChildren() {
    await().atMost(Duration.ofSeconds(10)).until(() -> trials().findAny().isEmpty());
  }

  /// The trial's process once it infers: a second of processor time is more than its start takes.
  private static ProcessHandle awaitBusyChild() {
    return await()
        .atMost(Duration.ofSeconds(110))
        .until(
            () ->
                trials()
                    .filter(
                        child ->
                            child.info().totalCpuDuration().orElse(Duration.ZERO).toSeconds() >= 3)
                    .findAny(),
            Optional::isPresent)
        .orElseThrow();
  }

  private static void signal(String signal, ProcessHandle child) throws Exception {
    new ProcessBuilder("kill", "-" + signal, Long.toString(child.pid())).start().waitFor();
  }

  private static byte[] image() {
    return Pictures.png(Pictures.noise(SIZE, SIZE, new Random(1)));
  }

  private static HttpResponse<byte[]> embed(String model, byte[] image) {
    return serving.send(
        serving
            .request("/v1/models/" + model + "/embed")
            .header("Content-Type", "image/png")
            .header("Accept", "application/octet-stream")
            .POST(BodyPublishers.ofByteArray(image)));
  }

  private static float[] row(HttpResponse<byte[]> answer) {
    var row = new float[answer.body().length / Float.BYTES];
    ByteBuffer.wrap(answer.body()).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(row);
    return row;
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  private static void assertServed(String model, byte[] onnx, String cardJson, List<byte[]> images)
      throws Exception {
    var card = Card.parse(cardJson);
    var pixels = (Card.Pixels) card.input();
    var environment = OrtEnvironment.getEnvironment();
    try (var session = environment.createSession(onnx)) {
      for (var image : images) {
        var input = pixels.image();
        var tensor =
            ImagePreprocessing.tensor(new ImageDecoder().decode(image, input.channels()), input);
        long[] shape = {1, input.channels(), input.height(), input.width()};
        try (var fed = OnnxTensor.createTensor(environment, FloatBuffer.wrap(tensor), shape);
            var result = session.run(Map.of(pixels.name(), fed))) {
          var expected = ((float[][]) result.get(0).getValue())[0];
          var answer = embed(model, image);
          assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
          var row = row(answer);
          assertThat(row).hasSameSizeAs(expected);
          for (int d = 0; d < row.length; d++) {
            assertThat(row[d]).isCloseTo(expected[d], within(1e-6f));
          }
        }
      }
    }
  }
}
