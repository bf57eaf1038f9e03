package dev.athanor.learning.card;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.learning.batch.Normalisation;
import dev.athanor.learning.encoder.CausalTransformer;
import dev.athanor.learning.encoder.ResNet;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CardTest {
  private static final CausalTransformer NET =
      new CausalTransformer(2, 16, 2, 2, 24, 12, 6, 10_000, 1e-5, false);

  @Test
  void anImageEncoderSaysHowImagesArePrepared() {
    var net = new ResNet(10, 4, ResNet.Stem.CIFAR, 1);
    var pixels = Card.Pixels.of(28, 28, new Normalisation(List.of(0.5), List.of(0.25)));
    var card = card(Card.IMAGE_ENCODER, pixels, Card.Embedding.of(net));
    assertThat(Card.ofJson(card.toJson())).isEqualTo(card);
    assertThat(json(card))
        .contains("\"layout\":\"NCHW\"", "\"resize\":\"shorter-side\"", "\"dimensions\":32}")
        .doesNotContain("pooling", "normalise");
  }

  @Test
  void aTextEncoderNamesItsTokenizer() {
    var card = card(Card.TEXT_ENCODER, Card.Tokens.of(NET, 257), Card.Embedding.of(NET));
    assertThat(Card.ofJson(card.toJson())).isEqualTo(card);
    assertThat(json(card))
        .contains(
            "\"input\":{\"name\":\"input_ids\",\"mask\":\"attention_mask\",\"layout\":\"NT\",\"type\":\"int64\",\"tokens\":6,\"padding\":257,\"tokenizer\":\"tokenizer.json\",\"vocabulary\":12}",
            "\"output\":{\"name\":\"embedding\",\"dimensions\":16,\"pooling\":\"none\",\"normalise\":false}");
  }

  @Test
  void aLanguageModelCountsPositionsAndScoresAVocabulary() {
    var encoder = card(Card.TEXT_ENCODER, Card.Tokens.of(NET, 0), Card.Embedding.of(NET));
    var card = encoder.ofLanguageModel("m-lm", NET);
    assertThat(Card.ofJson(card.toJson())).isEqualTo(card);
    assertThat(json(card))
        .contains(
            "\"name\":\"m-lm\"",
            "\"positions\":\"position_ids\"",
            "\"output\":{\"name\":\"logits\",\"vocabulary\":12}");
  }

  @Test
  void anImportedModelNamesItsSourcesAndNoDataSet() {
    var card =
        new Card(
            "m",
            1,
            Card.TEXT_ENCODER,
            Card.Tokens.of(NET, 0),
            Card.Embedding.of(NET),
            Map.of(),
            Map.of("kind", "causal-transformer"),
            null,
            new TreeMap<>(),
            new Card.Imported("01", new TreeMap<>(Map.of("config.json", "ab"))),
            new TreeMap<>());
    assertThat(Card.ofJson(card.toJson())).isEqualTo(card);
    assertThat(json(card))
        .contains("\"lineage\":{\"imported\":\"01\",\"sources\":{\"config.json\":\"ab\"}}")
        .doesNotContain("dataset");
  }

  private static String json(Card card) {
    return new String(card.toJson(), StandardCharsets.UTF_8).replaceAll("\\s*([{}:,])\\s*", "$1");
  }

  private static Card card(String kind, Card.Input input, Card.Output output) {
    return new Card(
        "m",
        1,
        kind,
        input,
        output,
        Map.of("kind", "clm"),
        Map.of(),
        new Card.Dataset("d", 1),
        new TreeMap<>(),
        new Card.Trained("run-1", 3, "3-1", "build", 2, null),
        new TreeMap<>());
  }
}
