package dev.athanor.trainer.registry;

import dev.athanor.learning.card.Card;
import dev.athanor.learning.card.ModelFiles;
import dev.athanor.learning.encoder.CausalTransformer;
import dev.athanor.learning.encoder.ImageEncoder;
import dev.athanor.learning.encoder.TextEncoder;
import dev.athanor.learning.huggingface.LlamaModel;
import dev.athanor.learning.huggingface.TokenizerFiles;
import dev.athanor.learning.training.TrainingSession;
import dev.athanor.trainer.job.Job;
import dev.athanor.trainer.run.Plan;
import dev.athanor.trainer.run.Run;
import dev.athanor.trainer.run.Runs;
import dev.athanor.trainer.spec.ClmSpec;
import dev.athanor.trainer.spec.RunInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// Makes versions of models out of a finished run: an encoder, and of a causal language model that
/// as well.
@Component
public class Publisher {
  private final Publication publication;
  private final ModelFiles files;
  private final Runs runs;
  private final JsonMapper json;

  Publisher(Publication publication, ModelFiles files, Runs runs, JsonMapper json) {
    this.publication = publication;
    this.files = files;
    this.runs = runs;
    this.json = json;
  }

  /// @param checkpoint the one that `session` stands at, as `<step>-<fence>`
  /// @param tokenizer the run's `tokenizer.json`; null on images
  /// @param folder empty, for the files on their way
  public void publish(
      Job job,
      Plan plan,
      TrainingSession session,
      String checkpoint,
      byte @Nullable [] tokenizer,
      Path folder) {
    var run = runs.get(job.run().id());
    if (run.spec().objective() instanceof ClmSpec) {
      publish(
          job,
          ClmSpec.languageModel(run.spec().name()),
          folder.resolve("language-model"),
          (into, version) ->
              writeLanguageModel(
                  into,
                  run,
                  session,
                  Objects.requireNonNull(tokenizer, "tokenizer"),
                  card(run, plan, session, version, checkpoint)));
    }
    // The encoder last: a run that has its model has all of them.
    publish(
        job,
        run.spec().name(),
        folder.resolve("encoder"),
        (into, version) ->
            writeEncoder(into, session, tokenizer, card(run, plan, session, version, checkpoint)));
  }

  private void publish(Job job, String name, Path folder, Publication.Writer writer) {
    var prepared =
        publication.prepare(
            name, Registrar.Maker.run(job.run().id()), job.rows()::write, folder, writer);
    job.rows().write(() -> publication.publish(prepared));
  }

  private void writeEncoder(
      Path into, TrainingSession session, byte @Nullable [] tokenizer, Card card)
      throws IOException {
    var weights = session.encoderWeights();
    switch (session.encoder()) {
      case ImageEncoder images -> files.write(into, images, weights, card);
      case TextEncoder text ->
          files.write(into, text, weights, Objects.requireNonNull(tokenizer, "tokenizer"), card);
    }
  }

  /// The token between documents begins and ends a text.
  private void writeLanguageModel(
      Path into, Run run, TrainingSession session, byte[] tokenizer, Card ofEncoder)
      throws IOException {
    var transformer = (CausalTransformer) session.encoder();
    int end = Objects.requireNonNull(run.dataset().tokenizer(), "tokenizer").endOfText();
    var model = new LlamaModel(transformer, session.weights(), end, List.of(end));
    var card = ofEncoder.ofLanguageModel(ClmSpec.languageModel(ofEncoder.name()), transformer);
    files.write(into, model, TokenizerFiles.of(model, tokenizer), card);
  }

  private Card card(Run run, Plan plan, TrainingSession session, int version, String checkpoint) {
    return new Card(
        run.spec().name(),
        version,
        switch (run.input()) {
          case RunInput.Pixels _ -> Card.IMAGE_ENCODER;
          case RunInput.Tokens _ -> Card.TEXT_ENCODER;
        },
        input(run, session),
        Card.Embedding.of(session.encoder()),
        asMap(run.spec().objective()),
        asMap(run.spec().encoder()),
        new Card.Dataset(run.dataset().dataset(), run.dataset().version()),
        run.metrics(),
        new Card.Trained(
            run.id(),
            plan.steps(),
            checkpoint,
            plan.augmenterBuild(),
            plan.threads(),
            run.parent() == null ? null : run.parent().reference()),
        new TreeMap<>());
  }

  private static Card.Input input(Run run, TrainingSession session) {
    return switch (run.input()) {
      case RunInput.Pixels pixels ->
          Card.Pixels.of(
              pixels.size(),
              pixels.size(),
              Objects.requireNonNull(session.spec().normalisation(), "images are normalised"));
      case RunInput.Tokens _ -> Card.Tokens.of((TextEncoder) session.encoder(), padding(run));
    };
  }

  private static int padding(Run run) {
    return Objects.requireNonNull(run.dataset().tokenizer(), "tokenizer").pad();
  }

  private Map<String, Object> asMap(Object part) {
    return json.convertValue(part, new TypeReference<>() {});
  }
}
