package dev.athanor.embedding.door;

import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import dev.athanor.embedding.Encoders;
import dev.athanor.embedding.Graphs;
import dev.athanor.embedding.Pictures;
import dev.athanor.embedding.catalogue.CardFuzz;
import dev.athanor.embedding.embed.ImageFuzz;
import dev.athanor.embedding.graph.GraphFuzz;
import dev.athanor.embedding.index.IndexBodiesFuzz;
import dev.athanor.embedding.inference.InferRequestFuzz;
import dev.athanor.embedding.openai.EmbeddingsRequestFuzz;
import dev.athanor.embedding.raw.RawHeadersFuzz;
import dev.athanor.embedding.raw.RawTextsFuzz;
import dev.athanor.preprocessing.tokenizer.TokenizerFileFuzz;
import dev.athanor.testkit.Fuzzing;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;

/// Every parser that reads what callers send, alone, on bytes that nobody would send on purpose.
/// `DoorFuzzIT` is the same through the whole service. Two parsers at a time; the class itself
/// takes its turn among the others.
class FuzzIT {
  private static final String PNG = Door.base64(Encoders.images(1, 1).getFirst());

  @TempDir Path folder;

  @Test
  @Execution(CONCURRENT)
  void images() throws Exception {
    var picture = Pictures.noise(6, 5, new Random(3));
    Fuzzing.run(
        ImageFuzz.class,
        folder,
        List.of(
            Pictures.png(picture),
            Pictures.png16(picture),
            Pictures.jpeg(picture),
            Pictures.turned(Pictures.jpeg(picture), 6),
            Pictures.cmyk(picture),
            Pictures.animated(picture),
            Pictures.gif(picture),
            Pictures.webp(picture)));
  }

  @Test
  @Execution(CONCURRENT)
  void openAiRequests() throws Exception {
    Fuzzing.run(
        EmbeddingsRequestFuzz.class,
        folder,
        bytes(
            "{\"model\":\"a@1\",\"input\":\"AAAA\",\"dimensions\":3,\"encoding_format\":\"base64\"}",
            "{\"model\":\"a\",\"input\":[\"data:image/png;base64," + PNG + "\"],\"user\":\"x\"}",
            "{\"model\":\"a\",\"input\":[{\"image\":\"AAAA\"},{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,AAAA\"}}]}",
            "{\"model\":\"a\",\"input\":[[1,2,3],[4]],\"encoding_format\":\"float\"}"));
  }

  @Test
  @Execution(CONCURRENT)
  void inferenceRequests() throws Exception {
    var floats = "0.5,".repeat(11) + "1e9";
    Fuzzing.run(
        InferRequestFuzz.class,
        folder,
        bytes(
            "{\"id\":\"7\",\"inputs\":[{\"name\":\"pixels\",\"datatype\":\"FP32\",\"shape\":[1,3,2,2],\"data\":["
                + floats
                + "]}]}\0",
            "{\"inputs\":[{\"name\":\"encoded_images\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"AAAA\"]}],\"outputs\":[{\"name\":\"embedding\",\"parameters\":{\"binary_data\":true}}]}\0",
            "{\"inputs\":[{\"name\":\"encoded_images\",\"datatype\":\"BYTES\",\"shape\":[1],\"parameters\":{\"binary_data_size\":7}}]}\3\0\0\0abc\7\1"));
  }

  @Test
  @Execution(CONCURRENT)
  void cards() throws Exception {
    Fuzzing.run(
        CardFuzz.class,
        folder,
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
            """));
  }

  @Test
  @Execution(CONCURRENT)
  void graphs() throws Exception {
    Fuzzing.run(
        GraphFuzz.class,
        folder,
        List.of(
            Graphs.model(Graphs.flat()).toBytes(),
            Graphs.model(Graphs.loopOfRows(3)).toBytes(),
            Graphs.model(
                    Graphs.encoder(Graphs.node("Sub", "x", "flat bias > embedding"))
                        .message(5, Graphs.int64("bias", new long[] {1, 2}, 2)))
                .toBytes()));
  }

  @Test
  @Execution(CONCURRENT)
  void tokenizerFiles() throws Exception {
    Fuzzing.run(
        TokenizerFileFuzz.class,
        folder,
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
            """));
  }

  @Test
  @Execution(CONCURRENT)
  void indexBodies() throws Exception {
    Fuzzing.run(
        IndexBodiesFuzz.class,
        folder,
        bytes(
            "{\"name\":\"a\",\"dimensions\":3,\"similarity\":\"dot\",\"search\":\"hnsw\",\"hnsw\":{\"m\":8,\"efConstruction\":50}}\0",
            "{\"entries\":[{\"id\":\"1\",\"vector\":[1,2.5,-3e4],\"labels\":{\"colour\":\"red\"},\"payload\":{\"a\":[null]}},{\"id\":\"2\",\"image\":\"data:image/png;base64,AAAA\"},{\"id\":\"3\",\"text\":\"x\"}]}\1",
            "{\"vector\":[1,2,3],\"k\":5,\"candidates\":70,\"exact\":false,\"filter\":{\"colour\":[\"red\",\"blue\"],\"shape\":\"disc\"}}\2",
            "{\"ids\":[\"1\",\"2\"]}\3",
            "{\"filter\":{\"colour\":\"red\"}}\3"));
  }

  @Test
  @Execution(CONCURRENT)
  void headers() throws Exception {
    Fuzzing.run(
        RawHeadersFuzz.class,
        folder,
        bytes(
            "application/json;q=0.5, application/x-npy, */*;q=0.1\0",
            "float16\1",
            "model.name@production\2"));
  }

  @Test
  @Execution(CONCURRENT)
  void texts() throws Exception {
    Fuzzing.run(
        RawTextsFuzz.class,
        folder,
        bytes("a text\0", "[\"a\", [1, 2, 3], \"\\u00e9\"]\1", "\"a\"\n[257, 3]\n\"b\"\n\2"));
  }

  private static List<byte[]> bytes(String... texts) {
    return Stream.of(texts).map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
  }
}
