package dev.athanor.client;

import dev.athanor.contracts.embedding.EmbedResponse;

/// What a call is answered with.
///
/// @param model `name@3`: the version that answered
/// @param vectors (N, D), in the order of the inputs
@SuppressWarnings("ArrayRecordComponent") // read, never compared
public record Embeddings(String model, float[][] vectors) {
  static Embeddings of(EmbedResponse answer) {
    var vectors = new float[answer.getEmbeddingsCount()][];
    for (int i = 0; i < vectors.length; i++) {
      var embedding = answer.getEmbeddings(i);
      var vector = new float[embedding.getValuesCount()];
      for (int d = 0; d < vector.length; d++) {
        vector[d] = embedding.getValues(d);
      }
      vectors[i] = vector;
    }
    return new Embeddings(answer.getModel(), vectors);
  }
}
