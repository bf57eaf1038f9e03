package dev.athanor.embedding.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import dev.athanor.embedding.Encoders;
import dev.athanor.embedding.Graphs;
import dev.athanor.embedding.Pictures;
import dev.athanor.testkit.Fuzzing;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every parser that reads what callers send, alone, on bytes that nobody would send on purpose.
/// `DoorFuzzIT` is the same through the whole service.
class FuzzIT {
  private static final String PNG = Door.base64(Encoders.images(1, 1).getFirst());

  /// Of all parsers together: Jazzer goes where it finds new branches, and so not everywhere as
  /// often.
  private static final int RUNS = 200_000;

  @TempDir Path folder;

  @Test
  @DisabledIfSystemProperty(named = Fuzzing.SECONDS, matches = ".+")
  void all() throws Exception {
    var good = new ArrayList<byte[]>();
    for (var parser : FuzzedParser.values()) {
      good(parser).forEach(one -> good.add(ParsersFuzz.input(parser, one)));
    }
    var said = Fuzzing.run(ParsersFuzz.class, folder, good, RUNS);
    for (var parser : FuzzedParser.values()) {
      assertThat(ParsersFuzz.inputs(parser, said))
          .as("inputs of %s: %s", parser, said)
          .isGreaterThanOrEqualTo(Fuzzing.RUNS);
    }
  }

  /// Two at a time.
  @ParameterizedTest
  @EnumSource
  @Execution(CONCURRENT)
  @EnabledIfSystemProperty(named = Fuzzing.SECONDS, matches = ".+")
  void eachForAWhile(FuzzedParser parser) throws Exception {
    Fuzzing.run(parser.alone(), folder, good(parser));
  }

  private static List<byte[]> good(FuzzedParser parser) throws Exception {
    return switch (parser) {
      case IMAGES -> images();
      case OPENAI_REQUESTS ->
          bytes(
              "{\"model\":\"a@1\",\"input\":\"AAAA\",\"dimensions\":3,\"encoding_format\":\"base64\"}",
              "{\"model\":\"a\",\"input\":[\"data:image/png;base64," + PNG + "\"],\"user\":\"x\"}",
              "{\"model\":\"a\",\"input\":[{\"image\":\"AAAA\"},{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,AAAA\"}}]}",
              "{\"model\":\"a\",\"input\":[[1,2,3],[4]],\"encoding_format\":\"float\"}");
      case INFERENCE_REQUESTS -> inferenceRequests();
      case CARDS ->
          bytes(
              """
            {"kind":"image-encoder","input":{"name":"pixels","layout":"NCHW","type":"float32",
            "height":32,"width":32,"channels":3,"resize":"shorter-side","crop":"centre",
            "interpolation":"bilinear","scale":0.00392156862745098,"mean":[0.5,0.5,0.5],
            "std":[0.25,0.25,0.25]},"output":{"name":"embedding","dimensions":128}}
            """,
              """
            {"kind":"image-encoder","input":{"name":"pixels","layout":"NCHW","type":"float32",
            "height":32,"width":32,"channels":1,"resize":"shorter-side","crop":"centre",
            "interpolation":"bilinear","scale":0.00392156862745098,"mean":{"a":1},
            "std":[0.25]},"output":{"name":"embedding","dimensions":128}}
            """);
      case GRAPHS ->
          List.of(
              Graphs.model(Graphs.flat()).toBytes(),
              Graphs.model(Graphs.loopOfRows(3)).toBytes(),
              Graphs.model(
                      Graphs.encoder(Graphs.node("Sub", "x", "flat bias > embedding"))
                          .message(5, Graphs.int64("bias", new long[] {1, 2}, 2)))
                  .toBytes());
      case TOKENIZER_FILES ->
          bytes(
              """
            {"model":{"type":"WordPiece","unk_token":"[UNK]","max_input_chars_per_word":100,
            "continuing_subword_prefix":"##","vocab":{"[PAD]":0,"[UNK]":1,"a":2,"##b":3}},
            "added_tokens":[{"id":0,"content":"[PAD]","special":true,"lstrip":false,"rstrip":false,"single_word":false}],
            "normalizer":{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Lowercase"}]},
            "pre_tokenizer":{"type":"Split","pattern":{"Regex":"\\\\p{N}"}},
            "post_processor":{"type":"TemplateProcessing","single":[{"Sequence":{"id":"A"}}]}}
            """,
              """
            {"model":{"type":"Unigram","unk_id":0,"vocab":[["<unk>",0.0],["a",-1.5]]},"added_tokens":null}
            """);
      case INDEX_BODIES ->
          bytes(
              "{\"name\":\"a\",\"dimensions\":3,\"similarity\":\"dot\",\"search\":\"hnsw\",\"hnsw\":{\"m\":8,\"efConstruction\":50}}\0",
              "{\"entries\":[{\"id\":\"1\",\"vector\":[1,2.5,-3e4],\"labels\":{\"colour\":\"red\"},\"payload\":{\"a\":[null]}},{\"id\":\"2\",\"image\":\"data:image/png;base64,AAAA\"},{\"id\":\"3\",\"text\":\"x\"}]}\1",
              "{\"vector\":[1,2,3],\"k\":5,\"candidates\":70,\"exact\":false,\"filter\":{\"colour\":[\"red\",\"blue\"],\"shape\":\"disc\"}}\2",
              "{\"ids\":[\"1\",\"2\"]}\3",
              "{\"filter\":{\"colour\":\"red\"}}\3");
      case HEADERS ->
          bytes(
              "application/json;q=0.5, application/x-npy, */*;q=0.1\0",
              "float16\1",
              "model.name@production\2");
      case TEXTS ->
          bytes("a text\0", "[\"a\", [1, 2, 3], \"\\u00e9\"]\1", "\"a\"\n[257, 3]\n\"b\"\n\2");
    };
  }

  private static List<byte[]> images() throws Exception {
    var picture = Pictures.noise(6, 5, new Random(3));
    return List.of(
        Pictures.png(picture),
        Pictures.png16(picture),
        Pictures.jpeg(picture),
        Pictures.turned(Pictures.jpeg(picture), 6),
        Pictures.cmyk(picture),
        Pictures.animated(picture),
        Pictures.gif(picture),
        Pictures.webp(picture));
  }

  private static List<byte[]> inferenceRequests() {
    var floats = "0.5,".repeat(11) + "1e9";
    return bytes(
        "{\"id\":\"7\",\"inputs\":[{\"name\":\"pixels\",\"datatype\":\"FP32\",\"shape\":[1,3,2,2],\"data\":["
            + floats
            + "]}]}\0",
        "{\"inputs\":[{\"name\":\"encoded_images\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"AAAA\"]}],\"outputs\":[{\"name\":\"embedding\",\"parameters\":{\"binary_data\":true}}]}\0",
        "{\"inputs\":[{\"name\":\"encoded_images\",\"datatype\":\"BYTES\",\"shape\":[1],\"parameters\":{\"binary_data_size\":7}}]}\3\0\0\0abc\7\1");
  }

  private static List<byte[]> bytes(String... texts) {
    return Stream.of(texts).map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
  }
}
