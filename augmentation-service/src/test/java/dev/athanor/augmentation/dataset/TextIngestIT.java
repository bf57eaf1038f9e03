package dev.athanor.augmentation.dataset;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.augmentation.Archives;
import dev.athanor.augmentation.Fixtures;
import dev.athanor.augmentation.Service;
import dev.athanor.augmentation.TextData;
import dev.athanor.augmentation.shard.Manifest;
import dev.athanor.platform.store.ObjectStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// Every form of text goes in whole, the real data sets too, and what is broken is refused with the
/// file, the line and what was expected.
class TextIngestIT {
  private static Service service;

  @BeforeAll
  static void start() {
    service = Service.start(Map.of("ATHANOR_DATASETS_MAX_TEXT_SIZE", "4MB"));
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  static Stream<Arguments> forms() {
    var csv = table(",", 30, true);
    return Stream.of(
        Arguments.of("csv", Map.of("auto/a.csv", csv), "{}", 27, 3, 2),
        Arguments.of("csv-gz", Map.of("auto/a.csv.gz", Fixtures.gzip(csv)), "{}", 27, 3, 2),
        Arguments.of(
            "csv-marked",
            Map.of("auto/a.csv", join("\uFEFF".getBytes(UTF_8), csv)),
            "{}",
            27,
            3,
            2),
        Arguments.of(
            "tsv-columns",
            Map.of("auto/train.tsv", table("\t", 20, true), "auto/test.tsv", table("\t", 8, true)),
            "{\"columns\": {\"text\": \"text\", \"label\": \"other\"}}",
            20,
            8,
            3),
        Arguments.of(
            "no-header",
            Map.of("auto/a.tsv", table("\t", 20, false)),
            "{\"columns\": {\"text\": \"2\", \"label\": \"1\"}}",
            18,
            2,
            2),
        Arguments.of("unlabelled", Map.of("auto/a.csv", utf8("text\none\ntwo\n")), "{}", 1, 1, 0),
        Arguments.of(
            "jsonl",
            Map.of("auto/a.jsonl", utf8("{\"text\": \"Zoë\\n\", \"label\": 3}\n\n".repeat(20))),
            "{}",
            18,
            2,
            1),
        Arguments.of(
            "class-folders", Map.of("auto/a.zip", Archives.zip(folders("", 20))), "{}", 18, 2, 2),
        Arguments.of(
            "split-folders",
            Map.of("auto/a.tgz", Fixtures.gzip(Archives.tar(splitFolders()))),
            "{}",
            12,
            4,
            2),
        Arguments.of(
            "webdataset", Map.of("auto/a.tar", Archives.tar(webDataset(20))), "{}", 18, 2, 2),
        Arguments.of(
            "files",
            Map.of("train/a.md", utf8("# One\n"), "train/b.txt", utf8("Two"), "test/c", utf8("3")),
            "{}",
            2,
            1,
            0),
        Arguments.of("prose", Map.of("auto/a.txt", utf8("So, it is.\n".repeat(2))), "{}", 1, 1, 0));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forms")
  void everyFormGoesIn(
      String name, Map<String, byte[]> files, String body, int train, int test, int classes) {
    var version = service.awaitEnd(service.upload("text-" + name, files, body));

    assertThat(version.path("state").asString()).as(version.toString()).isEqualTo("READY");
    assertThat(version.path("kind").asString()).isEqualTo("text");
    assertThat(version.path("image").isNull()).isTrue();
    assertThat(samples(version, "train")).isEqualTo(train);
    assertThat(samples(version, "test")).isEqualTo(test);
    assertThat(version.path("classes").size()).isEqualTo(classes);
  }

  static Stream<Arguments> real() {
    return Stream.of(
        Arguments.of(
            "ag-news-train",
            Map.of("auto/a.tsv", TextData.bytes("ag-news/train-10k.tsv")),
            "{\"columns\": {\"text\": \"1\", \"label\": \"2\"}}",
            9001,
            1000,
            4),
        Arguments.of(
            "ag-news-test",
            Map.of("train/a.csv", TextData.bytes("ag-news/test.csv")),
            "{\"columns\": {\"text\": \"3\", \"label\": \"1\"}}",
            5040,
            560,
            4),
        Arguments.of(
            "sst-2",
            Map.of(
                "auto/train.tsv",
                TextData.bytes("sst-2/train.tsv"),
                "auto/test.tsv",
                TextData.bytes("sst-2/test.tsv")),
            "{\"columns\": {\"text\": \"sentence\"}}",
            60_614,
            872,
            2),
        Arguments.of(
            "shakespeare",
            Map.of("auto/input.txt", TextData.bytes("tinyshakespeare/input.txt")),
            "{}",
            1,
            1,
            0),
        Arguments.of(
            "wikitext",
            Map.of(
                "train/input.txt",
                TextData.bytes("tinyshakespeare/input.txt"),
                "auto/wiki.test.raw",
                TextData.bytes("wikitext-2-raw/wiki.test.raw")),
            "{}",
            1,
            1,
            0),
        Arguments.of(
            "books", Map.of("auto/b.tar", Archives.tar(TextData.books())), "{}", 15, 1, 0));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("real")
  void theRealDataGoesIn(
      String name, Map<String, byte[]> files, String body, int train, int test, int classes) {
    var version = service.awaitEnd(service.upload(name, files, body));

    assertThat(version.path("state").asString()).as(version.toString()).isEqualTo("READY");
    assertThat(samples(version, "train")).isBetween(train - 1L, (long) train);
    assertThat(samples(version, "train") + samples(version, "test")).isEqualTo(train + test);
    assertThat(version.path("classes").size()).isEqualTo(classes);
  }

  /// The usual split of tiny Shakespeare: the last tenth of its characters is for testing.
  @Test
  void theOnlyDocumentGivesItsTail() {
    var whole = new String(TextData.bytes("tinyshakespeare/input.txt"), UTF_8);
    var path = service.upload("tail", Map.of("auto/input.txt", whole.getBytes(UTF_8)));
    service.awaitEnd(path);

    int cut = (int) (whole.length() * 0.9);
    assertThat(text(path, "train", 0)).isEqualTo(whole.substring(0, cut));
    assertThat(text(path, "test", 0)).isEqualTo(whole.substring(cut));
    assertThat(service.get(path).path("text").toString())
        .isEqualTo("{\"train\":%d,\"test\":%d}".formatted(cut, whole.length() - cut));
  }

  @Test
  void textsStayTheBytesTheyWere() throws IOException {
    var entries = folders("", 20);
    entries.put("cat/zz.md", utf8("\r\n  Zoë 🦊\r\n"));
    entries.put("README.md", utf8("about"));
    var path =
        service.upload("kept", Map.of("train/a.tar", Archives.tar(entries)), "{\"holdOut\":0}");
    service.awaitEnd(path);

    assertThat(text(path, "train", 20)).isEqualTo("\r\n  Zoë 🦊\r\n");
    assertThat(service.get(path + "/samples?after=19").path("samples").get(0).toString())
        .isEqualTo(
            "{\"index\":20,\"label\":0,\"class\":\"cat\",\"text\":\"\\r\\n  Zoë 🦊\\r\\n\",\"bytes\":15}");
    assertThat(service.send("GET", path + "/samples/train/0/image", BodyPublishers.noBody()).body())
        .contains("kind text (expected: image)");
    var shard = service.bean(ObjectStore.class).get(Manifest.BUCKET, "kept/1/shard-00000.tar");
    var names = new ArrayList<String>();
    try (var tar = new TarArchiveInputStream(new ByteArrayInputStream(shard))) {
      for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        names.add(entry.getName());
      }
    }
    assertThat(names).startsWith("000000.txt", "000000.cls", "000001.txt", "000001.cls");
  }

  static Stream<Arguments> broken() {
    var latin = "text,label\nfine,a\nZoë,b\n".getBytes(ISO_8859_1);
    return Stream.of(
        Arguments.of("latin", one("a.csv", latin), "{}", "a.csv: line 3, byte 20: eb is not UTF-8"),
        Arguments.of(
            "latin-text",
            one("a.txt", join(utf8("good\n".repeat(30_000)), "Zoë".getBytes(ISO_8859_1))),
            "{}",
            "a.txt: line 30001, byte 150002: eb is not UTF-8"),
        Arguments.of(
            "cut-character",
            one("a.txt", Arrays.copyOf(utf8("good Zoë"), 8)),
            "{}",
            "a.txt: line 1, byte 7: c3 is not UTF-8"),
        Arguments.of(
            "latin-entry",
            one("a.tar", Archives.tar(Map.of("x/a.txt", "Zoë".getBytes(ISO_8859_1)))),
            "{}",
            "a.tar: entry \"x/a.txt\": line 1, byte 2: eb is not UTF-8"),
        Arguments.of(
            "empty-text",
            one("a.csv", utf8("text,label\nfine,a\n  ,b\n")),
            "{}",
            "a.csv: line 3: column \"text\" is empty"),
        Arguments.of(
            "empty-labels",
            one("a.csv", utf8("text,label\nfine,\nwell,\n")),
            "{}",
            "a.csv: column \"label\" is empty in all 2 records"),
        Arguments.of(
            "unknown-text",
            one("a.csv", utf8("a,b\n1,2\n3,4\n")),
            "{}",
            "a.csv: no column \"text\" (expected: one of \"a\", \"b\""),
        Arguments.of(
            "unknown-label",
            one("a.csv", utf8("text,b\n1,2\n3,4\n")),
            "{\"columns\": {\"label\": \"topic\"}}",
            "a.csv: no column \"topic\" (expected: one of \"text\", \"b\""),
        Arguments.of(
            "unknown-number",
            one("a.csv", utf8("x,b\n1,2\n3,4\n")),
            "{\"columns\": {\"text\": \"3\"}}",
            "a.csv: no column \"3\" (expected: 1 to 2)"),
        Arguments.of(
            "unknown-field",
            one("a.jsonl", utf8("{\"text\": \"a\"}\n{\"body\": \"b\", \"n\": 1}\n")),
            "{}",
            "a.jsonl: line 2: no column \"text\" (expected: one of \"body\", \"n\""),
        Arguments.of(
            "not-json",
            one("a.jsonl", utf8("{\"text\": \"a\"}\n{\"text\": \n")),
            "{}",
            "a.jsonl: line 2: not JSON"),
        Arguments.of(
            "half-a-character",
            one("a.jsonl", utf8("{\"text\": \"\\ud83e\"}\n")),
            "{}",
            "a.jsonl: line 1: half a surrogate pair"),
        Arguments.of(
            "nul-label",
            one("a.jsonl", utf8("{\"text\": \"a\", \"label\": \"b\\u0000\"}\n")),
            "{}",
            "a.jsonl: line 1: class \"b\\u0000\": a control character"),
        Arguments.of(
            "half-a-label",
            one("a.jsonl", utf8("{\"text\": \"a\", \"label\": \"\\ud800\"}\n")),
            "{}",
            "a.jsonl: line 1: class \"\\ud800\": a control character or half a surrogate pair"),
        Arguments.of(
            "unbalanced",
            one("a.csv", utf8("text,label\nfine,a\n\"never closed,b\nx,y\n")),
            "{}",
            "a.csv: line 3: unbalanced quotes"),
        Arguments.of(
            "unbalanced-long",
            one("a.csv", utf8("text,label\n\"never closed,b\n" + "x,y\n".repeat(1_200_000))),
            "{}",
            "a.csv: line 2: a record of more than 4194304 bytes"),
        Arguments.of(
            "ragged",
            one("a.csv", utf8("text,label\nfine,a\nfine,a,b\n")),
            "{}",
            "a.csv: line 3: 3 columns (expected: 2"),
        Arguments.of(
            "long-line",
            one("a.jsonl", utf8("{\"text\": \"" + "x".repeat(4_300_000) + "\"}")),
            "{}",
            "a.jsonl: line 1: a record of more than 4194304 bytes"),
        Arguments.of(
            "long-text", one("a.txt", utf8("x ".repeat(2_500_000))), "{}", "a.txt: too large"),
        Arguments.of("blank", one("a.txt", utf8(" \n\n")), "{}", "a.txt: empty"),
        Arguments.of("header-only", one("a.csv", utf8("text,label\n")), "{}", "no records"),
        Arguments.of(
            "table-in-archive",
            one("a.tar", Archives.tar(Map.of("x/a.csv", utf8("a,b\n1,2\n")))),
            "{}",
            "a table in an archive"),
        Arguments.of(
            "mixed",
            Map.of("auto/a.csv", table(",", 9, true), "auto/b.txt", utf8("prose")),
            "{}",
            "b.txt: plain text beside a.csv: a CSV table"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("broken")
  void whatIsBrokenIsRefusedWhole(
      String name, Map<String, byte[]> files, String body, String reason) {
    var version = service.awaitEnd(service.upload("bad-" + name, files, body));

    assertThat(version.path("state").asString()).as(version.toString()).isEqualTo("FAILED");
    assertThat(version.path("reason").asString()).contains(reason).contains("expected");
    assertThat(service.bean(ObjectStore.class).list(Manifest.BUCKET, "bad-" + name + "/"))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"columns\": {\"text\": \" \"}} | columns.text",
        "{\"columns\": {\"text\": \"a\", \"label\": \"a\"}} | columns.label",
        "{\"columns\": {\"txt\": \"a\"}} | txt"
      })
  void columnsThatCannotBeAreRefused(String body, String offender) {
    var answer = service.post("/v1/datasets/columns/versions", body);

    assertThat(answer.path("status").asInt()).isEqualTo(400);
    assertThat(answer.path("detail").asString()).contains(offender).contains("expected");
  }

  private static String text(String path, String split, long index) {
    return service
        .send("GET", path + "/samples/%s/%d/text".formatted(split, index), BodyPublishers.noBody())
        .body();
  }

  private static long samples(JsonNode version, String split) {
    return version.path("splits").path(split).path("samples").asLong();
  }

  private static Map<String, byte[]> one(String file, byte[] bytes) {
    return Map.of("auto/" + file, bytes);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }

  private static byte[] join(byte[] first, byte[] second) {
    var both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  /// Columns label, text, other.
  private static byte[] table(String delimiter, int rows, boolean header) {
    var table = new StringBuilder(header ? String.join(delimiter, "label", "text", "other\n") : "");
    for (int i = 0; i < rows; i++) {
      var text = delimiter.equals(",") ? "\"Zoë says, \"\"%d\"\"\nand goes\"" : "Zoë says \"%d";
      table
          .append(String.join(delimiter, i % 2 == 0 ? "yes" : "no", text.formatted(i), "o" + i % 3))
          .append("\r\n");
    }
    return utf8(table.toString());
  }

  private static Map<String, byte[]> folders(String prefix, int count) {
    var entries = new LinkedHashMap<String, byte[]>();
    for (int i = 0; i < count; i++) {
      entries.put(
          "%s%s/%03d.txt".formatted(prefix, i % 2 == 0 ? "cat" : "dog", i), utf8("Text " + i));
    }
    return entries;
  }

  private static Map<String, byte[]> splitFolders() {
    var entries = folders("data/train/", 12);
    entries.putAll(folders("data/test/", 4));
    return entries;
  }

  private static Map<String, byte[]> webDataset(int count) {
    var entries = new LinkedHashMap<String, byte[]>();
    for (int i = 0; i < count; i++) {
      entries.put("%06d.txt".formatted(i), utf8("Text " + i));
      entries.put("%06d.cls".formatted(i), utf8(List.of("b", "a").get(i % 2)));
    }
    return entries;
  }
}
