package dev.athanor.trainer.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.preprocessing.ImageDecoder;
import dev.athanor.trainer.peer.TrainerNode;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/// A run of a variational auto-encoder through the service.
class VaeIT {
  private static final String SPEC =
      """
      name: patterns-vae
      dataset: patterns
      seed: 7
      objective: {kind: vae, latent: 6, decoder: {width: 8}}
      encoder: {width: 8}
      batch: 32
      optimiser: {learningRate: 0.01}
      training: {epochs: 6}
      evaluation: {everyEpochs: 3, samples: 100, neighbours: 5, fractions: [1.0], scratch: []}
      """;

  @Test
  void publishesTheMeanAndShowsWhatItMakes() throws Exception {
    try (var training = new PatternTraining()) {
      var trainer = training.trainer();
      var refused =
          trainer.post("/v1/runs", "application/yaml", SPEC + "augmentation: {size: 30}\n");
      assertThat(refused.status()).isEqualTo(422);
      assertThat(refused.body()).contains("augmentation.size: 30 (expected: 28, 32, 64");

      var run = training.finished(SPEC);
      assertThat(run.path("state").stringValue()).as(run.toString()).isEqualTo("SUCCEEDED");
      var figures = run.path("figures");
      assertThat(figures.path("vae.kl").doubleValue()).isPositive();
      assertThat(figures.path("vae.kl.5").isNumber()).isTrue();
      assertThat(figures.path("vae.reconstruction").doubleValue()).isPositive();
      assertThat(run.path("table").toString()).contains("\"encoder\":\"vae\"");

      var card = trainer.get("/v1/registry/models/patterns-vae/versions/1").json();
      assertThat(card.toString()).contains("\"dimensions\":6", "\"kind\":\"vae\"");

      var pictures = "/v1/runs/" + run.path("id").stringValue() + "/pictures";
      assertThat(trainer.get(pictures).body()).contains("reconstructions", "samples");
      var reconstructions = picture(trainer, pictures + "/reconstructions");
      var decoded = new ImageDecoder().decode(reconstructions, 1);
      assertThat(decoded.width()).isEqualTo(8 * 16);
      assertThat(decoded.height()).isEqualTo(8 * 16);
      assertThat(picture(trainer, pictures + "/samples")).isNotEqualTo(reconstructions);
      var unknown = trainer.get(pictures + "/selfie");
      assertThat(unknown.status()).isEqualTo(404);
      assertThat(unknown.body()).contains("expected: one of [reconstructions, samples]");
    }
  }

  private static byte[] picture(TrainerNode trainer, String path) throws Exception {
    try (var http = HttpClient.newHttpClient()) {
      var answer =
          http.send(trainer.request(path).GET().build(), HttpResponse.BodyHandlers.ofByteArray());
      assertThat(answer.headers().firstValue("Content-Type")).contains("image/png");
      return answer.body();
    }
  }
}
