package dev.athanor.embedding.door;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.athanor.embedding.catalogue.CardFuzz;
import dev.athanor.embedding.embed.ImageFuzz;
import dev.athanor.embedding.graph.GraphFuzz;
import dev.athanor.embedding.index.IndexBodiesFuzz;
import dev.athanor.embedding.inference.InferRequestFuzz;
import dev.athanor.embedding.openai.EmbeddingsRequestFuzz;
import dev.athanor.embedding.raw.RawHeadersFuzz;
import dev.athanor.embedding.raw.RawTextsFuzz;
import dev.athanor.preprocessing.tokenizer.TokenizerFileFuzz;

/// The parsers of what callers send, each with the class that Jazzer runs for it alone.
enum FuzzedParser {
  IMAGES(ImageFuzz.class, bytes(ImageFuzz::fuzzerTestOneInput)),
  OPENAI_REQUESTS(EmbeddingsRequestFuzz.class, bytes(EmbeddingsRequestFuzz::fuzzerTestOneInput)),
  INFERENCE_REQUESTS(InferRequestFuzz.class, InferRequestFuzz::fuzzerTestOneInput),
  CARDS(CardFuzz.class, bytes(CardFuzz::fuzzerTestOneInput)),
  GRAPHS(GraphFuzz.class, bytes(GraphFuzz::fuzzerTestOneInput)),
  TOKENIZER_FILES(TokenizerFileFuzz.class, bytes(TokenizerFileFuzz::fuzzerTestOneInput)),
  INDEX_BODIES(IndexBodiesFuzz.class, IndexBodiesFuzz::fuzzerTestOneInput),
  HEADERS(RawHeadersFuzz.class, RawHeadersFuzz::fuzzerTestOneInput),
  TEXTS(RawTextsFuzz.class, RawTextsFuzz::fuzzerTestOneInput);

  private interface Target<T> {
    void fuzz(T input) throws Exception;
  }

  private final Class<?> alone;
  private final Target<FuzzedDataProvider> target;

  FuzzedParser(Class<?> alone, Target<FuzzedDataProvider> target) {
    this.alone = alone;
    this.target = target;
  }

  private static Target<FuzzedDataProvider> bytes(Target<byte[]> target) {
    return data -> target.fuzz(data.consumeRemainingAsBytes());
  }

  Class<?> alone() {
    return alone;
  }

  void fuzz(FuzzedDataProvider data) throws Exception {
    target.fuzz(data);
  }
}
