package dev.athanor.learning.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import dev.athanor.learning.batch.Batch;
import dev.athanor.learning.batch.BatchLoader;
import dev.athanor.learning.batch.Normalisation;
import dev.athanor.learning.batch.TokenBatch;
import dev.athanor.learning.encoder.CausalTransformer;
import dev.athanor.learning.encoder.ConvDecoder;
import dev.athanor.learning.encoder.ConvNet;
import dev.athanor.learning.encoder.Encoder;
import dev.athanor.learning.encoder.MaskedTransformer;
import dev.athanor.learning.encoder.ProjectionHead;
import dev.athanor.learning.encoder.ResNet;
import dev.athanor.learning.engine.Torch;
import dev.athanor.learning.engine.Updates;
import dev.athanor.learning.layer.Initialiser;
import dev.athanor.learning.layer.Weights;
import dev.athanor.learning.objective.Byol;
import dev.athanor.learning.objective.CausalLanguageModel;
import dev.athanor.learning.objective.Likelihood;
import dev.athanor.learning.objective.MaskedLanguageModel;
import dev.athanor.learning.objective.NtXent;
import dev.athanor.learning.objective.Objective;
import dev.athanor.learning.objective.Pass;
import dev.athanor.learning.objective.SimClr;
import dev.athanor.learning.objective.Supervised;
import dev.athanor.learning.objective.Vae;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What the backward pass reads must outlive a garbage collection that comes between it and the
/// forward pass: nothing of it may lie in a buffer that Java lets go.
class GarbageCollectionTest {

  private static final BufferPoolMXBean DIRECT =
      ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
          .filter(pool -> pool.getName().equals("direct"))
          .findFirst()
          .orElseThrow();
  private static final ProjectionHead HEAD = new ProjectionHead(2, 16, 8);
  private static final Encoder RESNET = new ResNet(10, 4, ResNet.Stem.CIFAR, 1);
  private static final Encoder CONVNET = new ConvNet(4, 1, Synthetic.SIZE);
  private static final ConvDecoder DECODER = new ConvDecoder(4, 1, Synthetic.SIZE);
  private static final Encoder CAUSAL =
      new CausalTransformer(1, 16, 2, 1, 24, 12, 16, 10_000, 1e-5, false);
  private static final Encoder MASKED = new MaskedTransformer(1, 16, 2, 24, 12, 16);

  static Stream<Arguments> objectives() {
    return Stream.of(
        Arguments.of(new SimClr(new NtXent(0.2), HEAD), RESNET, Synthetic.batch(2, 8, 0)),
        Arguments.of(new Byol(HEAD, true, false, 0.9), RESNET, Synthetic.batch(2, 8, 0)),
        Arguments.of(vae(new Likelihood.Bernoulli()), CONVNET, Synthetic.batch(1, 8, 0)),
        Arguments.of(vae(new Likelihood.Gaussian(0.3)), CONVNET, Synthetic.batch(1, 8, 0)),
        Arguments.of(new Supervised(Synthetic.CLASSES), RESNET, Synthetic.batch(1, 8, 0)),
        Arguments.of(new CausalLanguageModel(), CAUSAL, tokens(null)),
        Arguments.of(
            new MaskedLanguageModel(),
            MASKED,
            tokens(new int[] {-100, 3, -100, 5, 2, -100, -100, 9})));
  }

  @ParameterizedTest
  @MethodSource("objectives")
  void gradientsOutliveIt(Objective objective, Encoder encoder, Batch batch) {
    var undisturbed = gradients(objective, encoder, batch, () -> {});
    var disturbed = gradients(objective, encoder, batch, GarbageCollectionTest::collectBuffers);
    assertThat(disturbed).hasSameSizeAs(undisturbed);
    for (var i = 0; i < disturbed.size(); i++) {
      assertThat(disturbed.get(i)).containsExactly(undisturbed.get(i));
    }
  }

  private static List<float[]> gradients(
      Objective objective, Encoder encoder, Batch batch, Runnable beforeBackward) {
    var parameters =
        Stream.concat(encoder.parameters().stream(), objective.parameters(encoder).stream())
            .toList();
    try (var manager = Torch.newManager()) {
      var weights = new Weights(parameters, Initialiser.tensors(parameters, 7), manager);
      var normalisation = new Normalisation(List.of(0.3), List.of(0.25));
      var input = new BatchLoader(normalisation, manager).load(batch, manager);
      var pass = new Pass(encoder, input, weights, null, true, 7, 0, manager);
      Torch.differentiate(
          () -> {
            var loss = objective.loss(pass);
            beforeBackward.run();
            return loss;
          });
      return weights.trainable().stream()
          .map(parameter -> Updates.gradient(weights.get(parameter.name()), manager))
          .map(NDArray::toFloatArray)
          .toList();
    }
  }

  /// Returns when all buffers that nobody holds have been freed: the allocator then has written
  /// into each.
  private static void collectBuffers() {
    var deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    // Buffers are freed one by one after a collection; those of the second round after the first's.
    for (var round = 0; round < 2; round++) {
      var held = DIRECT.getCount();
      for (var i = 0; i < 100; i++) {
        ByteBuffer.allocateDirect(8);
      }
      while (DIRECT.getCount() > held) {
        assertThat(System.nanoTime()).as("buffers are freed in time").isLessThan(deadline);
        System.gc();
      }
    }
  }

  private static Vae vae(Likelihood likelihood) {
    return new Vae(6, 0.5, likelihood, DECODER);
  }

  private static TokenBatch tokens(int @Nullable [] targets) {
    return new TokenBatch(1, 2, 4, new int[] {1, 2, 3, 4, 5, 6, 7, 8}, targets, null);
  }
}
