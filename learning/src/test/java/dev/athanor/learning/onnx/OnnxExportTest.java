package dev.athanor.learning.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.Shape;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.athanor.learning.batch.ImageBatch;
import dev.athanor.learning.batch.Normalisation;
import dev.athanor.learning.encoder.ConvDecoder;
import dev.athanor.learning.encoder.ConvNet;
import dev.athanor.learning.encoder.ImageEncoder;
import dev.athanor.learning.encoder.ProjectionHead;
import dev.athanor.learning.encoder.ResNet;
import dev.athanor.learning.engine.Torch;
import dev.athanor.learning.layer.Forward;
import dev.athanor.learning.layer.Initialiser;
import dev.athanor.learning.layer.Weights;
import dev.athanor.learning.objective.Byol;
import dev.athanor.learning.objective.Likelihood;
import dev.athanor.learning.objective.NtXent;
import dev.athanor.learning.objective.Objective;
import dev.athanor.learning.objective.SimClr;
import dev.athanor.learning.objective.Supervised;
import dev.athanor.learning.objective.Vae;
import dev.athanor.learning.optimiser.AdamW;
import dev.athanor.learning.safetensors.Safetensors;
import dev.athanor.learning.safetensors.Tensor;
import dev.athanor.learning.schedule.CosineSchedule;
import dev.athanor.learning.training.TrainingSession;
import dev.athanor.learning.training.TrainingSpec;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is published computes what was trained, and others can read it.
class OnnxExportTest {
  private static final Objective SIMCLR = new SimClr(new NtXent(0.2), new ProjectionHead(2, 16, 8));
  private static final int CLASSES = 3;
  private static final float MEAN = 0.4f;
  private static final float STD = 0.25f;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "10, 4, CIFAR, 1, 28",
    "18, 4, CIFAR, 3, 32",
    "34, 4, IMAGENET, 3, 64",
    "50, 4, IMAGENET, 3, 64"
  })
  void computesWhatTheTrainerComputes(
      int depth, int width, ResNet.Stem stem, int channels, int size) throws Exception {
    agrees(new ResNet(depth, width, stem, channels), SIMCLR, size);
  }

  @Test
  void computesWhatTheTrainerComputesAfterByol() throws Exception {
    var byol = new Byol(new ProjectionHead(2, 16, 8), true, true, 0.9);
    agrees(new ResNet(10, 4, ResNet.Stem.CIFAR, 1), byol, 28);
  }

  @Test
  void computesWhatTheTrainerComputesAfterSupervision() throws Exception {
    agrees(new ResNet(10, 4, ResNet.Stem.CIFAR, 3), new Supervised(CLASSES), 28);
  }

  @ParameterizedTest
  @CsvSource({"1, 28", "3, 32", "3, 64"})
  void computesTheMeanOfAVaesLatentGaussian(int channels, int size) throws Exception {
    var vae = new Vae(6, 1, new Likelihood.Bernoulli(), new ConvDecoder(4, channels, size));
    agrees(new ConvNet(4, channels, size), vae, size);
  }

  /// Nobody publishes a decoder; but what a network can be made of, a file must be able to say.
  @Test
  void aDecodersLayersHaveTheirOperators() throws Exception {
    var network = new ConvDecoder(4, 1, 28).network(6);
    var weights = Initialiser.tensors(network.parameters(), 1);
    var graph =
        new GraphWriter(network, weights, "z", "image")
            .write()
            .setName("decoder")
            .addInput(floats("z", 6))
            .addOutput(floats("image", 1, 28, 28));
    var model =
        Onnx.Model.newBuilder()
            .setIrVersion(8)
            .setGraph(graph)
            .addOpsetImport(Onnx.OperatorSet.newBuilder().setVersion(17))
            .build();
    var z = new float[] {0.5f, -1, 2, 0, 1.5f, -0.25f};
    try (var manager = Torch.newManager()) {
      var expected =
          new Forward(network, new Weights(network.parameters(), weights, manager))
              .run(manager.create(z, new Shape(1, 6)), false)
              .toFloatArray();
      var environment = OrtEnvironment.getEnvironment();
      try (var session = environment.createSession(model.toByteArray());
          var input = OnnxTensor.createTensor(environment, FloatBuffer.wrap(z), new long[] {1, 6});
          var result = session.run(Map.of("z", input))) {
        var found = (float[][][][]) result.get("image").orElseThrow().getValue();
        for (int i = 0; i < 28 * 28; i++) {
          assertThat(found[0][0][i / 28][i % 28]).isCloseTo(expected[i], within(1e-4f));
        }
      }
    }
  }

  private static Onnx.Value floats(String name, long... sizes) {
    var shape = Onnx.Shape.newBuilder().addDim(Onnx.Dimension.newBuilder().setDimParam("N"));
    for (var size : sizes) {
      shape.addDim(Onnx.Dimension.newBuilder().setDimValue(size));
    }
    return Onnx.Value.newBuilder()
        .setName(name)
        .setType(
            Onnx.Type.newBuilder()
                .setTensorType(
                    Onnx.Type.OfTensor.newBuilder()
                        .setElemType(Onnx.ElementType.FLOAT_VALUE)
                        .setShape(shape)))
        .build();
  }

  private void agrees(ImageEncoder encoder, Objective objective, int size) throws Exception {
    int channels = encoder.channels();
    try (var session = trained(encoder, objective, size)) {
      var file = folder.resolve("model.onnx");
      var published = (ImageEncoder) session.encoder();
      OnnxExport.write(file, published, session.encoderWeights(), size, size);

      for (int samples : new int[] {1, 5}) {
        var batch = batch(1, samples, size, channels, 99);
        var expected = session.encode(batch);
        var found = run(file, pixels(batch), samples, channels, size);
        for (int i = 0; i < samples; i++) {
          assertThat(found[i]).hasSize(published.dimensions());
          for (int d = 0; d < published.dimensions(); d++) {
            assertThat(found[i][d]).isCloseTo(expected[i][d], within(1e-4f));
          }
        }
      }
    }
  }

  @Test
  void theSameWeightsGiveTheSameBytes() throws Exception {
    var encoder = new ResNet(10, 4, ResNet.Stem.CIFAR, 1);
    try (var session = trained(encoder, 16)) {
      var weights = session.encoderWeights();
      OnnxExport.write(folder.resolve("a.onnx"), encoder, weights, 16, 16);
      OnnxExport.write(folder.resolve("b.onnx"), encoder, weights, 16, 16);
    }
    assertThat(folder.resolve("a.onnx")).hasSameBinaryContentAs(folder.resolve("b.onnx"));
  }

  @ParameterizedTest
  @CsvSource({"10, CIFAR, 1", "50, IMAGENET, 3"})
  void passesOnnxOwnChecker(int depth, ResNet.Stem stem, int channels) throws Exception {
    Python.assume("onnx");
    var encoder = new ResNet(depth, 4, stem, channels);
    var file = folder.resolve("model.onnx");
    try (var session = trained(encoder, 32)) {
      OnnxExport.write(file, encoder, session.encoderWeights(), 32, 32);
    }

    Python.run(
        """
        import onnx, sys
        model = onnx.load(sys.argv[1])
        onnx.checker.check_model(model, full_check=True)
        kinds = {node.op_type for node in model.graph.node}
        assert 'BatchNormalization' not in kinds, kinds
        assert model.graph.input[0].type.tensor_type.shape.dim[0].dim_param == 'N'
        """,
        file.toString());
  }

  /// Reads the file by the format's description alone, without any library of ours.
  @Test
  void anIndependentReaderReadsTheWeights() throws Exception {
    Python.assume("numpy");
    var encoder = new ResNet(10, 4, ResNet.Stem.CIFAR, 1);
    var file = folder.resolve("weights.safetensors");
    float first;
    double sum = 0;
    int tensors;
    try (var session = trained(encoder, 16)) {
      var weights = session.encoderWeights();
      Safetensors.write(file, weights, Map.of());
      var conv = Tensor.named("conv1.weight", weights).data().asFloatBuffer();
      first = conv.get(0);
      for (int i = 0; i < conv.limit(); i++) {
        sum += conv.get(i);
      }
      tensors = weights.size();
    }

    Python.run(
        """
        import json, struct, sys
        import numpy as np
        with open(sys.argv[1], 'rb') as file:
            length, = struct.unpack('<Q', file.read(8))
            header = json.loads(file.read(length))
            data = file.read()
        header.pop('__metadata__', None)
        assert len(header) == int(sys.argv[4]), header.keys()
        conv = header['conv1.weight']
        assert conv['dtype'] == 'F32' and conv['shape'] == [4, 1, 3, 3], conv
        values = np.frombuffer(data[slice(*conv['data_offsets'])], '<f4')
        assert values[0] == np.float32(sys.argv[2]), values[0]
        assert abs(values.astype('f8').sum() - float(sys.argv[3])) < 1e-9
        assert max(end for _, end in (one['data_offsets'] for one in header.values())) == len(data)
        """,
        file.toString(),
        Float.toString(first),
        Double.toString(sum),
        Integer.toString(tensors));
  }

  @Test
  void refusesASizeThatNoImageHas() {
    var encoder = new ResNet(10, 4, ResNet.Stem.CIFAR, 1);
    assertThatThrownBy(() -> OnnxExport.write(folder.resolve("m.onnx"), encoder, Map.of(), 0, 28))
        .hasMessage("size: 0×28 (expected: > 0)");
  }

  /// A few steps, so that batch normalisation's statistics are not those of the start.
  private static TrainingSession trained(ImageEncoder encoder, int size) {
    return trained(encoder, SIMCLR, size);
  }

  private static TrainingSession trained(ImageEncoder encoder, Objective objective, int size) {
    var spec =
        new TrainingSpec(
            encoder,
            objective,
            new AdamW(0.01, 1e-4),
            new CosineSchedule(1, 3),
            null,
            3,
            new Normalisation(
                Collections.nCopies(encoder.channels(), (double) MEAN),
                Collections.nCopies(encoder.channels(), (double) STD)));
    var session = TrainingSession.create(spec);
    for (int step = 0; step < 3; step++) {
      session.step(batch(objective.views(), 8, size, encoder.channels(), step));
    }
    return session;
  }

  private static ImageBatch batch(int views, int samples, int size, int channels, long seed) {
    var pixels = new byte[views * samples * size * size * channels];
    new Random(seed).nextBytes(pixels);
    var labels = IntStream.range(0, samples).map(sample -> sample % CLASSES).toArray();
    return new ImageBatch(views, samples, size, size, channels, pixels, labels);
  }

  /// NHWC bytes as normalised NCHW floats.
  private static float[] pixels(ImageBatch batch) {
    int plane = batch.height() * batch.width();
    var floats = new float[batch.pixels().length];
    for (int n = 0; n < batch.samples(); n++) {
      for (int i = 0; i < plane; i++) {
        for (int c = 0; c < batch.channels(); c++) {
          int value = batch.pixels()[(n * plane + i) * batch.channels() + c] & 0xff;
          floats[(n * batch.channels() + c) * plane + i] = (value / 255f - MEAN) / STD;
        }
      }
    }
    return floats;
  }

  private static float[][] run(Path model, float[] pixels, int samples, int channels, int size)
      throws OrtException {
    var environment = OrtEnvironment.getEnvironment();
    var shape = new long[] {samples, channels, size, size};
    try (var session = environment.createSession(model.toString());
        var input = OnnxTensor.createTensor(environment, FloatBuffer.wrap(pixels), shape);
        var result = session.run(Map.of(OnnxExport.INPUT, input))) {
      return (float[][]) result.get(OnnxExport.OUTPUT).orElseThrow().getValue();
    }
  }
}
