package dev.athanor.augmentation.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.augmentation.Fixtures;
import dev.athanor.augmentation.Service;
import dev.athanor.augmentation.TextData;
import dev.athanor.contracts.batch.AugmentationSpec;
import dev.athanor.contracts.batch.Batch;
import dev.athanor.contracts.batch.BatchRequest;
import dev.athanor.contracts.batch.EvaluationView;
import dev.athanor.contracts.batch.MaskedTokens;
import dev.athanor.contracts.batch.TokenBlocks;
import dev.athanor.contracts.batch.TokenSequences;
import dev.athanor.contracts.batch.TokenizerReference;
import dev.athanor.contracts.batch.Tokens;
import dev.athanor.platform.store.ObjectStore;
import dev.athanor.preprocessing.tokenizer.Tokenizer;
import dev.athanor.testkit.Servers;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Batches of tokens, from upload to mailbox, against what a few plain loops make of the same
/// texts.
class TokenStreamIT {
  private static final int END = 256;
  private static final String NEWS = "/v1/datasets/news/versions/1";

  /// All instances of this test share a database.
  private static final Map<String, String> SERVERS = Servers.properties();

  private static Service service;
  private static String sha256;
  private static Tokenizer tokenizer;
  private static final List<String> trainTexts = new ArrayList<>();

  @BeforeAll
  static void start() {
    service = Service.start(SERVERS);
    var news = new String(TextData.bytes("ag-news/train-10k.tsv"), UTF_8);
    var some = String.join("\n", news.lines().limit(1500).toList());
    service.upload(
        "news",
        Map.of("auto/a.tsv", some.getBytes(UTF_8)),
        "{\"columns\": {\"text\": \"1\", \"label\": \"2\"}}");
    assertThat(service.awaitEnd(NEWS).path("state").asString()).isEqualTo("READY");
    service.post(
        "/v1/tokenizers",
        "{\"name\": \"news\", \"dataset\": \"news\", \"version\": 1, \"vocabulary\": 1000}");
    sha256 = service.awaitEnd("/v1/tokenizers/news").path("sha256").asString();
    tokenizer = Tokenizer.load(service.getBytes("/v1/tokenizers/news/file").body());
    var asked =
        service.send("POST", NEWS + "/tokens", BodyPublishers.ofString("{\"tokenizer\":\"news\"}"));
    assertThat(asked.statusCode()).isEqualTo(202);
    assertThat(service.awaitEnd(NEWS + "/tokens/news").path("state").asString()).isEqualTo("READY");
    for (long i = 0; i < samples("train"); i++) {
      trainTexts.add(
          new String(service.getBytes(NEWS + "/samples/train/" + i + "/text").body(), UTF_8));
    }
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void theIndexCountsWhatThereIs() {
    var train = service.get(NEWS + "/tokens/news").path("splits").path("train");

    assertThat(train.path("documents").asInt()).isEqualTo(trainTexts.size());
    assertThat(train.path("tokens").asInt()).isEqualTo(stream().length);
    assertThat(train.path("bytes").asInt())
        .isEqualTo(trainTexts.stream().mapToInt(text -> text.getBytes(UTF_8).length).sum());
    assertThat(service.get(NEWS + "/tokens").path("tokens").size()).isEqualTo(1);
  }

  /// In order, the blocks are the naive concatenation, cut.
  @Test
  void orderedBlocksAreTheStream() {
    var stream = stream();
    int blocks = (stream.length - 1 + 31) / 32;

    var rows = new ArrayList<int[]>();
    var lengths = new ArrayList<Integer>();
    try (var mailbox = new Mailbox(5)) {
      for (int index = 0; index * 256 < blocks; index++) {
        var batch = ask(mailbox, request(blocks(33, true), 256, index));
        assertThat(batch.tokens.getSamples()).isEqualTo(Math.min(256, blocks - 256 * index));
        assertThat(batch.tokens.getTargets()).isFalse();
        rows.addAll(batch.rows(0));
        lengths.addAll(batch.tokens.getLengthsList());
      }
    }

    assertThat(rows).hasSize(blocks);
    for (int b = 0; b < blocks; b++) {
      int length = Math.min(33, stream.length - 32 * b);
      var expected = new int[33];
      Arrays.fill(expected, 257);
      System.arraycopy(stream, 32 * b, expected, 0, length);
      assertThat(rows.get(b)).isEqualTo(expected);
      assertThat(lengths.get(b)).isEqualTo(length);
    }
  }

  /// An epoch of training holds each block once, in an order that is not the stream's, and the next
  /// one holds them in another.
  @Test
  void anEpochHoldsEachBlockOnce() {
    var stream = stream();
    int blocks = (stream.length - 1) / 32;
    var first = new ArrayList<List<Integer>>();
    var second = new ArrayList<List<Integer>>();
    try (var mailbox = new Mailbox(6)) {
      int batches = blocks / 100;
      for (int index = 0; index < 2 * batches; index++) {
        var into = index < batches ? first : second;
        for (var row : ask(mailbox, request(blocks(33, false), 100, index)).rows(0)) {
          into.add(Arrays.stream(row).boxed().toList());
        }
      }
    }

    var all = new HashSet<List<Integer>>();
    var inOrder = new ArrayList<List<Integer>>();
    for (int b = 0; b < blocks; b++) {
      var block = Arrays.stream(stream, 32 * b, 32 * b + 33).boxed().toList();
      inOrder.add(block);
      all.add(block);
    }
    assertThat(first).hasSize(blocks / 100 * 100).doesNotHaveDuplicates();
    assertThat(all).containsAll(first).containsAll(second);
    assertThat(first).isNotEqualTo(inOrder.subList(0, first.size())).isNotEqualTo(second);
  }

  @Test
  void sequencesCarryLabelsAndKeepTheirOrder() {
    try (var mailbox = new Mailbox(7)) {
      var batch = ask(mailbox, request(sequences(24), 64, 3));

      for (int i = 0; i < 64; i++) {
        var ids = tokenizer.ids(trainTexts.get(192 + i));
        var expected = Arrays.copyOf(ids, 24);
        if (ids.length < 24) {
          Arrays.fill(expected, ids.length, 24, 257);
        }
        assertThat(batch.rows(0).get(i)).isEqualTo(expected);
        assertThat(batch.tokens.getLengths(i)).isEqualTo(Math.min(24, ids.length));
      }
      var page = service.get(NEWS + "/samples?after=191&limit=64").path("samples");
      assertThat(batch.tokens.getLabelsList())
          .isEqualTo(
              IntStream.range(0, 64).mapToObj(i -> page.get(i).path("label").asInt()).toList());
    }
  }

  /// The preview shows what a run with the same seed sees.
  @Test
  void maskedRowsAreThoseOfThePreview() {
    try (var mailbox = new Mailbox(8)) {
      var batch = ask(mailbox, request(masked(48, true), 32, 1));
      assertThat(batch.tokens.getTargets()).isTrue();

      var ids = batch.rows(0);
      var targets = batch.rows(1);
      for (int i = 0; i < 32; i++) {
        var preview =
            service.post(
                NEWS + "/preview",
                "{\"index\": %d, \"views\": 1, \"seed\": 9, \"tokens\": {\"tokenizer\": \"news\", \"length\": 48}}"
                    .formatted(32 + i));
        var row = preview.path("rows").get(0);
        assertThat(ids.get(i)).isEqualTo(ints(row.path("ids")));
        var shown = new int[48];
        Arrays.fill(shown, -100);
        for (var target : row.path("targets")) {
          shown[target.path("position").asInt()] = target.path("id").asInt();
        }
        assertThat(targets.get(i)).isEqualTo(shown);
        assertThat(row.path("length").asInt()).isEqualTo(batch.tokens.getLengths(i));
      }
    }
  }

  @Test
  void previewsOfBlocksAndSequencesAreShown() {
    var stream = stream();
    var block =
        service.post(
            NEWS + "/preview",
            "{\"index\": 2, \"tokens\": {\"tokenizer\": \"news\", \"view\": \"blocks\", \"length\": 17}}");
    assertThat(ints(block.path("rows").get(0).path("ids")))
        .isEqualTo(Arrays.copyOfRange(stream, 32, 49));
    assertThat(block.path("rows").get(0).has("targets")).isFalse();
    var bytes = service.post(NEWS + "/preview", "{\"views\": 3}");
    assertThat(bytes.path("tokenizer").asString()).isEqualTo("bytes");
    assertThat(bytes.path("rows").size()).isEqualTo(3);
    assertThat(
            service
                .post(NEWS + "/preview", "{\"tokens\": {\"view\": \"blocks\"}}")
                .path("detail")
                .asString())
        .contains("by tokenizer \"bytes\" that are READY");
    assertThat(service.post(NEWS + "/preview", "{\"augmentation\": {}}").path("status").asInt())
        .isEqualTo(422);
    assertThat(
            service
                .post(NEWS + "/preview", "{\"tokens\": {\"view\": \"x\"}}")
                .path("detail")
                .asString())
        .contains("tokens.view: \"x\" (expected: masked, blocks or sequences)");
  }

  @Test
  void aLargeBatchComesInParts() {
    try (var mailbox = new Mailbox(9)) {
      var batch = ask(mailbox, request(masked(512, false), 1200, 0));

      assertThat(batch.parts).isEqualTo(2);
      assertThat(batch.payload).hasSize(1200 * 512 * 4 * 2);
    }
  }

  /// Which instance makes a batch does not matter, down to the last byte.
  @Test
  void anotherInstanceMakesTheSameBytes() {
    var requests =
        List.of(
            request(blocks(33, false), 100, 4),
            request(masked(48, false), 64, 11),
            request(masked(48, false).setMaskedTokens(packed(48)), 64, 11));
    var one = new ArrayList<byte[]>();
    try (var mailbox = new Mailbox(10)) {
      requests.forEach(request -> one.add(ask(mailbox, request).payload));
    }
    service.close();
    service = Service.start(SERVERS);
    try (var mailbox = new Mailbox(10)) {
      for (int i = 0; i < one.size(); i++) {
        assertThat(ask(mailbox, requests.get(i)).payload).isEqualTo(one.get(i));
      }
    }
  }

  @Test
  void whatCannotBeMadeIsAnsweredWithTheReason() {
    service.awaitEnd(service.upload("stream-images", Fixtures.idx(20, 5, 28)));
    try (var mailbox = new Mailbox(11)) {
      var bytes = blocks(33, false);
      bytes.getTokenBlocksBuilder().getTokenizerBuilder().setName("bytes");
      assertFailure(mailbox, request(bytes, 4, 0), "tokens-not-ready", "by tokenizer \"bytes\"");
      var other = blocks(33, false);
      other.getTokenBlocksBuilder().getTokenizerBuilder().setSha256("0");
      assertFailure(mailbox, request(other, 4, 0), "spec-invalid", "tokenizer.sha256: \"0\"");
      assertFailure(
          mailbox, request(blocks(1, false), 4, 0), "spec-invalid", "length: 1 (expected");
      assertFailure(
          mailbox,
          request(blocks(33, false), 4, 0).setDataset("stream-images"),
          "spec-invalid",
          "kind image (expected: text");
      var pixels =
          AugmentationSpec.newBuilder()
              .setHeight(28)
              .setWidth(28)
              .setChannels(1)
              .setEvaluation(EvaluationView.getDefaultInstance());
      assertFailure(mailbox, request(pixels, 4, 0), "spec-invalid", "kind text (expected: image");
    }
  }

  /// A version takes its tokens along; a tokenizer stays while a version has tokens by it.
  @Test
  void deletingLeavesNothing() {
    var path = service.upload("gone", Map.of("auto/a.txt", "one two".getBytes(UTF_8)));
    service.awaitEnd(path);
    service.post("/v1/tokenizers", "{\"name\":\"gone\",\"dataset\":\"gone\",\"version\":1}");
    service.awaitEnd("/v1/tokenizers/gone");
    service.post(path + "/tokens", "{\"tokenizer\": \"gone\"}");
    service.awaitEnd(path + "/tokens/gone");

    var refused = service.send("DELETE", "/v1/tokenizers/gone", BodyPublishers.noBody());
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(refused.body()).contains("gone version 1");
    service.send("DELETE", path, BodyPublishers.noBody());
    assertThat(service.bean(ObjectStore.class).list("athanor-datasets", "gone/")).isEmpty();
    assertThat(service.send("DELETE", "/v1/tokenizers/gone", BodyPublishers.noBody()).statusCode())
        .isEqualTo(204);
  }

  private static void assertFailure(
      Mailbox mailbox, BatchRequest.Builder request, String code, String message) {
    mailbox.request(request);
    var failure = mailbox.next().getFailure();
    assertThat(failure.getCode()).as(failure.getMessage()).isEqualTo(code);
    assertThat(failure.getMessage()).contains(message).contains("expected");
  }

  /// A batch, put together.
  private record Whole(Tokens tokens, byte[] payload, int parts) {
    /// Rows of the ids, or of the targets.
    List<int[]> rows(int part) {
      var numbers = ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
      numbers.position(part * tokens.getSamples() * tokens.getLength());
      var rows = new ArrayList<int[]>();
      for (int i = 0; i < tokens.getSamples(); i++) {
        var row = new int[tokens.getLength()];
        numbers.get(row);
        rows.add(row);
      }
      return rows;
    }
  }

  private static Whole ask(Mailbox mailbox, BatchRequest.Builder request) {
    mailbox.request(request);
    var parts = new ArrayList<Batch>(List.of(mailbox.next()));
    while (parts.size() < parts.getFirst().getParts()) {
      parts.add(mailbox.next());
    }
    var payload = new ByteArrayOutputStream();
    parts.forEach(part -> payload.writeBytes(part.getTokens().getBytes().toByteArray()));
    var first = parts.getFirst();
    assertThat(first.getFailure().getMessage()).isEmpty();
    assertThat(payload.size()).isEqualTo((int) first.getTokens().getPayloadBytes());
    var numbers = new ArrayList<>(first.getTokens().getLengthsList());
    numbers.addAll(first.getTokens().getLabelsList());
    var digested = ByteBuffer.allocate(payload.size() + 4 * numbers.size());
    digested.order(ByteOrder.LITTLE_ENDIAN).put(payload.toByteArray());
    numbers.forEach(digested::putInt);
    try {
      assertThat(first.getTokens().getSha256().toByteArray())
          .isEqualTo(MessageDigest.getInstance("SHA-256").digest(digested.array()));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
    return new Whole(first.getTokens(), payload.toByteArray(), parts.size());
  }

  private static BatchRequest.Builder request(
      AugmentationSpec.Builder spec, int batchSize, long index) {
    return BatchRequest.newBuilder()
        .setRunId("tokens")
        .setFence(1)
        .setAttempt(1)
        .setDataset("news")
        .setDatasetVersion(1)
        .setSplit("train")
        .setSpec(spec)
        .setSeed(9)
        .setBatchSize(batchSize)
        .setIndex(index);
  }

  private static TokenizerReference news() {
    return TokenizerReference.newBuilder().setName("news").setSha256(sha256).build();
  }

  private static AugmentationSpec.Builder blocks(int length, boolean ordered) {
    return AugmentationSpec.newBuilder()
        .setTokenBlocks(
            TokenBlocks.newBuilder().setTokenizer(news()).setLength(length).setOrdered(ordered));
  }

  private static AugmentationSpec.Builder sequences(int length) {
    return AugmentationSpec.newBuilder()
        .setTokenSequences(TokenSequences.newBuilder().setTokenizer(news()).setLength(length));
  }

  private static AugmentationSpec.Builder masked(int length, boolean ordered) {
    return AugmentationSpec.newBuilder()
        .setMaskedTokens(
            MaskedTokens.newBuilder()
                .setTokenizer(news())
                .setLength(length)
                .setSelect(0.15)
                .setMask(0.8)
                .setReplace(0.1)
                .setOrdered(ordered));
  }

  private static MaskedTokens.Builder packed(int length) {
    return masked(length, false).getMaskedTokensBuilder().setPacked(true);
  }

  /// The naive concatenation.
  private static int[] stream() {
    return trainTexts.stream()
        .flatMapToInt(
            text -> IntStream.concat(Arrays.stream(tokenizer.ids(text)), IntStream.of(END)))
        .toArray();
  }

  private static int[] ints(JsonNode numbers) {
    return numbers.valueStream().mapToInt(JsonNode::asInt).toArray();
  }

  private static long samples(String split) {
    return service.get(NEWS).path("splits").path(split).path("samples").asLong();
  }
}
