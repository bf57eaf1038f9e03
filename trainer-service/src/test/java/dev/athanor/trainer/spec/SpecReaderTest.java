package dev.athanor.trainer.spec;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.learning.encoder.ProjectionHead;
import dev.athanor.learning.safetensors.Tensor;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecReaderTest {
  private static final String SHORTEST = "name: m\ndataset: d\ntraining: {epochs: 1}\n";

  private final SpecReader reader = new SpecReader(new EmptyRegistry());

  /// Where nothing was published yet.
  private static final class EmptyRegistry implements PublishedEncoders {
    @Override
    public PublishedEncoder find(String field, ModelReference reference) {
      throw Problem.notFound("%s: %s (expected: one of [])".formatted(field, reference));
    }

    @Override
    public void requireLanguageModel(String field, PublishedEncoder encoder) {
      throw new IllegalStateException(encoder.reference());
    }

    @Override
    public Map<String, Tensor> weights(PublishedEncoder encoder) {
      throw new IllegalStateException(encoder.reference());
    }

    @Override
    public Map<String, Tensor> languageModelWeights(PublishedEncoder encoder) {
      throw new IllegalStateException(encoder.reference());
    }
  }

  @Test
  void whatIsLeftOutHasTheDefaultsOfThePaper() {
    var spec = yaml(SHORTEST);
    assertThat(spec.dataset()).isEqualTo(new DatasetReference("d", null));
    assertThat(spec.objective()).isEqualTo(new SimClrSpec(0.5, new ProjectionHead(2, 128, 128)));
    assertThat(spec.encoder()).isEqualTo(new ResNetSpec(18, 64, "cifar"));
    assertThat(spec.batch()).isEqualTo(256);
    assertThat(spec.evaluation().fractions()).containsExactly(0.01, 0.1, 1.0);
    assertThat(requireNonNull(spec.augmentation()).size()).isNull();
  }

  @Test
  void anEncoderIsLookedAtWhileItTrainsHoweverShortTheRun() {
    var usual = yaml(SHORTEST).evaluation();
    assertThat(usual.everySteps(100, 300)).isEqualTo(100);
    assertThat(usual.everySteps(100, 100)).isEqualTo(10);
    assertThat(usual.everySteps(100, 7)).isEqualTo(1);
    var seldom = yaml(SHORTEST + "evaluation: {everyEpochs: 3}\n").evaluation();
    assertThat(seldom.everySteps(100, 500)).isEqualTo(300);
    assertThat(seldom.everySteps(100, 50)).isEqualTo(300);
    var often = yaml(SHORTEST + "evaluation: {everyEpochs: 3, everySteps: 20}\n").evaluation();
    assertThat(often.everySteps(100, 500)).isEqualTo(20);
  }

  @Test
  void labelsAreLearntFromImagesAndFromTextsEachWithDefaultsOfTheirOwn() {
    var images = yaml(SHORTEST + "objective: {kind: supervised}\n");
    assertThat(requireNonNull(images.augmentation()).first().flip()).isEqualTo(0.5);
    assertThat(images.optimiser().learningRate()).isEqualTo(0.002);
    assertThat(images.text()).isNull();

    var texts =
        yaml(SHORTEST + "objective: {kind: supervised}\nencoder: {kind: masked-transformer}\n");
    assertThat(texts.text()).isEqualTo(new TextSpec("bytes", null));
    assertThat(texts.optimiser().learningRate()).isEqualTo(0.001);
    assertThat(texts.gradientClip()).isEqualTo(1.0);
    assertThat(texts.evaluation().fractions()).isEmpty();
    assertThat(texts.augmentation()).isNull();
  }

  @Test
  void whatIsSaidOverridesItsFieldAndNoOther() {
    var spec =
        yaml(
            SHORTEST
                + "objective: {projection: {output: 64}}\nevaluation: {fractions: [0.5], scratch: []}\n");
    assertThat(spec.objective()).isEqualTo(new SimClrSpec(0.5, new ProjectionHead(2, 128, 64)));
    assertThat(spec.evaluation().fractions()).containsExactly(0.5);
    assertThat(spec.evaluation().scratch()).isEmpty();
    assertThat(spec.evaluation().neighbours()).isEqualTo(20);
  }

  @Test
  void aKindHasDefaultsOfItsOwn() {
    var spec = yaml(SHORTEST + "objective: {kind: byol, base: 0.97}\n");
    assertThat(spec.objective())
        .isEqualTo(new ByolSpec(new ProjectionHead(2, 4096, 256), true, true, 0.97));
    assertThat(spec.objective().kind()).isEqualTo("byol");
    assertThat(reader.readStored(reader.write(spec))).isEqualTo(spec);
    assertThat(reader.write(spec)).contains("{\"kind\":\"byol\",\"projection\":");
  }

  @Test
  void aVaeSeesTheImageItselfThroughPlainConvolutions() {
    var spec = yaml(SHORTEST + "objective: {kind: vae, latent: 8}\n");
    assertThat(spec.objective())
        .isEqualTo(new VaeSpec(8, 1, "bernoulli", 0.1, new VaeSpec.Decoder(32)));
    assertThat(spec.encoder()).isEqualTo(new ConvNetSpec(32));
    assertThat(requireNonNull(spec.augmentation()).first().crop().scale().min()).isEqualTo(1);
    assertThat(requireNonNull(spec.augmentation()).first().blur().probability()).isZero();
    assertThat(reader.readStored(reader.write(spec))).isEqualTo(spec);
  }

  @Test
  void textsHaveDefaultsOfTheirOwn() {
    var spec = yaml(SHORTEST + "objective: {kind: mlm}\n").pinnedTo(1, 32);
    assertThat(spec.objective()).isEqualTo(new MlmSpec(0.15, 0.8, 0.1, false));
    assertThat(spec.encoder()).isEqualTo(new MaskedTransformerSpec(4, 256, 4, 1024));
    assertThat(spec.text()).isEqualTo(new TextSpec("bytes", 128));
    assertThat(spec.augmentation()).isNull();
    assertThat(spec.batch()).isEqualTo(64);
    assertThat(spec.evaluation().labels()).containsExactly(100, 1000);
    assertThat(reader.readStored(reader.write(spec))).isEqualTo(spec);
  }

  /// A preset is spelt out, and what is given beside it goes over it.
  @Test
  void aPresetIsSpeltOut() {
    var spec =
        yaml(SHORTEST + "objective: {kind: clm}\nencoder: {preset: clm-3m, layers: 2}\n")
            .pinnedTo(1, 32);
    assertThat(spec.encoder())
        .isEqualTo(new CausalTransformerSpec("clm-3m", 2, 192, 6, 6, 512, 10_000.0, 1e-5, true));
    assertThat(spec.text()).isEqualTo(new TextSpec("bytes", 256));
    assertThat(reader.write(spec)).contains("\"width\":192");
    assertThat(reader.readStored(reader.write(spec))).isEqualTo(spec);
    var narrow = yaml(SHORTEST + "objective: {kind: clm}\nencoder: {width: 96, heads: 2}\n");
    assertThat(narrow.encoder())
        .isEqualTo(new CausalTransformerSpec("clm-1m", 5, 96, 2, 2, 256, 10_000.0, 1e-5, true));
  }

  @Test
  void textsAreNotAugmented() {
    assertThatThrownBy(() -> yaml(SHORTEST + "objective: {kind: mlm}\naugmentation: {flip: 0}\n"))
        .hasMessage("augmentation: given (expected: none, for masked-transformer reads texts)");
    var lm = SHORTEST.replace("name: m", "name: " + "m".repeat(61)) + "objective: {kind: clm}\n";
    assertThatThrownBy(() -> yaml(lm)).hasMessageContaining("-lm\" (expected: [a-z0-9]");
  }

  @Test
  void aSupervisedRunLearnsFromAllLabelsOrSome() {
    assertThat(yaml(SHORTEST + "objective: {kind: supervised}\n").objective())
        .isEqualTo(new SupervisedSpec(1.0, null));
    var spec = yaml(SHORTEST + "objective: {kind: supervised, perClass: 10}\n");
    assertThat(spec.objective()).isEqualTo(new SupervisedSpec(null, 10));
    assertThat(spec.batch()).isEqualTo(64);
    assertThat(spec.optimiser().learningRate()).isEqualTo(0.002);
    assertThat(spec.evaluation().fractions()).isEmpty();
    assertThat(reader.readStored(reader.write(spec))).isEqualTo(spec);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          objective: {kind: supervised, labels: 0}                | objective.labels: 0.0 (expected: > 0 and <= 1)
          objective: {kind: supervised, labels: 1.5}              | objective.labels: 1.5 (expected: > 0 and <= 1)
          objective: {kind: supervised, perClass: 0}              | objective.perClass: 0 (expected: >= 1)
          objective: {kind: supervised, labels: 0.1, perClass: 1} | objective.labels, perClass: 0.1, 1 (expected: exactly one)
          objective: {kind: supervised, temperature: 1}           | objective.temperature: a field of simclr
          initial: {model: '../etc@1'}                            | initial.model: "../etc@1" (expected: a model and its version or alias
          initial: {model: 3}                                     | initial: "{\\"model\\":3}" (expected: {model: name@3})
          initial: {model: nothing@1}                             | initial.model: nothing@1 (expected: one of [])
          objective: {kind: vae, latent: 8}                       | evaluation.projection: true (expected: false
          """)
  void whatSupervisionAndAParentCannotBeIsNamed(String written, String message) {
    var projection = written.contains("vae") ? "evaluation: {projection: true}\n" : "";
    assertThatThrownBy(() -> yaml(SHORTEST + written + "\n" + projection))
        .isInstanceOf(Problem.class)
        .hasMessageContaining(message);
  }

  @Test
  void jsonAndYamlMeanTheSame() {
    var json =
        reader.read(
            reader.treeOfJson(
                "{\"name\": \"m\", \"dataset\": {\"name\": \"d\"}, \"training\": {\"epochs\": 1}}"
                    .getBytes(StandardCharsets.UTF_8)));
    assertThat(json).isEqualTo(yaml(SHORTEST));
  }

  @Test
  void whatIsWrittenReadsBackTheSame() {
    var spec =
        yaml(SHORTEST
                + "optimiser: {kind: lars, learningRate: 0.3, momentum: 0.95}\ngradientClip: 1\n")
            .pinnedTo(3, 28);
    assertThat(reader.readStored(reader.write(spec))).isEqualTo(spec);
    assertThat(spec.dataset().version()).isEqualTo(3);
    assertThat(requireNonNull(spec.augmentation()).size()).isEqualTo(28);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          objective: {temperature: -1}                 | objective.temperature: -1.0 (expected: > 0
          objective: {temprature: 0.2}                 | objective.temprature: unknown field (expected: one of
          colour: red                                  | colour: unknown field (expected: one of
          objective: {kind: moco}                      | objective.kind: "moco" (expected: one of [simclr, byol
          objective: {kind: [byol]}                    | objective.kind
          objective: {kind: byol, temperature: 0.2}    | objective.temperature: a field of simclr (expected of byol: some of [projection, predictor, movingAverage, base])
          objective: {base: 0.9}                       | objective.base: a field of byol (expected of simclr: some of [temperature, projection])
          objective: {kind: vae, likelihood: poisson}  | objective.likelihood: poisson (expected: bernoulli or gaussian)
          objective: {kind: vae, latent: 0}            | objective.latent: 0 (expected: from 1 to 4096)
          objective: {kind: vae, decoder: {width: 0}}  | objective.decoder.width: 0 (expected: from 1 to 256)
          objective: {kind: vae, projection: {}}       | objective.projection: a field of simclr (expected of vae: some of [latent, beta, likelihood, deviation, decoder])
          encoder: {kind: convnet, depth: 18}          | encoder.depth: a field of resnet (expected of convnet: some of [width])
          encoder: {kind: vit}                         | encoder.kind: "vit" (expected: one of [resnet, convnet,
          objective: {kind: byol, base: 1.5}           | objective.base: 1.5 (expected: >= 0 and <= 1)
          objective: {kind: byol, momentum: 0.9}       | objective.momentum: unknown field (expected: one of
          objective: {projection: {hidden: 0}}         | objective.projection.hidden: 0 (expected: > 0)
          encoder: {depth: 11}                         | encoder.depth: 11 (expected: 10, 18, 34 or 50)
          encoder: {stem: large}                       | encoder.stem: large (expected: cifar or imagenet)
          encoder: {depth: deep}                       | encoder.depth: "deep" (expected: a whole number)
          batch: 1                                     | batch: 1 (expected: >= 2
          batch: 2.5                                   | batch
          optimiser: {kind: adam}                      | optimiser.kind: adam (expected: sgd, adamw or lars)
          optimiser: {momentum: 0.9}                   | optimiser.momentum: 0.9 (expected: none
          optimiser: {learningRate: 0}                 | optimiser.learningRate: 0.0 (expected: > 0)
          schedule: {warmupSteps: -1}                  | schedule.warmupSteps: -1 (expected: >= 0)
          gradientClip: 0                              | gradientClip: 0.0 (expected: > 0)
          training: {steps: 10}                        | training.epochs, steps, minutes: 2 given (expected: exactly one)
          training: {epochs: -3}                       | training.epochs: -3.0 (expected: > 0)
          checkpoint: {everySteps: 0}                  | checkpoint.everySteps: 0 (expected: >= 1)
          evaluation: {fractions: [0.5, 2]}            | evaluation.fractions[1]: 2.0 (expected: > 0 and <= 1)
          evaluation: {neighbours: 0}                  | evaluation.neighbours: 0 (expected: >= 1)
          evaluation: {everySteps: 0}                  | evaluation.everySteps: 0 (expected: >= 1)
          evaluation: {neighbours: 1001}               | evaluation.neighbours: 1001 (expected: <= 1000)
          augmentation: {flip: 1.5}                    | augmentation.flip: 1.5 (expected:
          augmentation: {size: 4}                      | augmentation.size: 4 (expected: 8 to 1024)
          augmentation: {crop: {skale: [0, 1]}}        | skale: unknown field
          dataset: {name: d, version: 0}               | dataset.version: 0 (expected: >= 1)
          seed: none                                   | seed: "none" (expected: a whole number)
          objective: {kind: mlm, select: 0}            | objective.select: 0.0 (expected: > 0 and <= 1)
          objective: {kind: mlm, mask: 0.95}           | objective.replace: 0.1 (expected: >= 0 and <= 1 - mask)
          objective: {kind: mlm, temperature: 0.2}     | objective.temperature: a field of simclr (expected of mlm: some of [select, mask, replace, packed])
          objective: {kind: clm, packed: true}         | objective.packed: a field of mlm (expected of clm: some of [])
          encoder: {kind: causal-transformer, heads: 3} | encoder.heads: 3 (expected: a divisor of width, which is 128)
          encoder: {kind: causal-transformer, preset: gpt} | encoder.preset: gpt (expected: one of [clm-0.5m, clm-1m
          encoder: {kind: causal-transformer, depth: 18} | encoder.depth: a field of resnet
          encoder: {kind: masked-transformer, layers: 0} | encoder.layers: 0 (expected: from 1 to 1000)
          encoder: {kind: masked-transformer}          | encoder.kind: masked-transformer (expected: resnet or convnet or latent-mean, which simclr trains)
          text: {tokenizer: bytes}                     | text: given (expected: none, for resnet reads images)
          evaluation: {labels: [0]}                    | evaluation.labels[0]: 0 (expected: >= 1)
          """)
  void refusesByFieldValueAndExpectation(String line, String message) {
    var document = "name: m\ndataset: d\ntraining: {epochs: 1}\n";
    var field = line.substring(0, line.indexOf(':') + 1);
    var merged =
        line.startsWith("training") && line.contains("steps")
            ? "name: m\ndataset: d\ntraining: {epochs: 1, steps: 10}\n"
            : document
                    .lines()
                    .filter(old -> !old.startsWith(field))
                    .reduce("", (a, b) -> a + b + "\n")
                + line
                + "\n";
    assertThatThrownBy(() -> yaml(merged))
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.kind()).isEqualTo(Kind.UNPROCESSABLE))
        .hasMessageContaining(message);
  }

  @Test
  void missingFieldsAreNamed() {
    assertThatThrownBy(() -> yaml("dataset: d\ntraining: {epochs: 1}\n"))
        .hasMessage("name: missing (expected: a value)");
    assertThatThrownBy(() -> yaml("name: m\ntraining: {epochs: 1}\n"))
        .hasMessage("dataset: missing (expected: a value)");
    assertThatThrownBy(() -> yaml("name: m\ndataset: d\n"))
        .hasMessage("training: missing (expected: a value)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock = "''\n'[1, 2]'\n'just words'\n'{name: '\n'name: a\nname: b'")
  void whatIsNoDocumentIsABadRequest(String document) {
    assertThatThrownBy(() -> yaml(document))
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.kind()).isEqualTo(Kind.BAD_REQUEST))
        .hasMessageStartingWith("run spec: ");
  }

  private RunSpec yaml(String document) {
    return reader.read(reader.treeOfYaml(document.getBytes(StandardCharsets.UTF_8)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "simclr-cifar10",
        "simclr-fashion-mnist",
        "simclr-shapes",
        "byol-fashion-mnist",
        "byol-shapes",
        "vae-fashion-mnist",
        "vae-shapes",
        "supervised-fashion-mnist",
        "supervised-ag-news",
        "mlm-ag-news",
        "mlm-books",
        "clm-shakespeare"
      })
  void theRecipesAreSpecs(String name) throws IOException {
    try (var recipe = getClass().getResourceAsStream("/recipes/" + name + ".yml")) {
      var spec =
          reader.read(reader.treeOfYaml(Objects.requireNonNull(recipe, name).readAllBytes()));
      assertThat(spec.name()).isEqualTo(name);
    }
  }
}
