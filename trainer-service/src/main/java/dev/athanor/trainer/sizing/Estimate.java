package dev.athanor.trainer.sizing;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What `GET /v1/plans` answers.
///
/// @param layout as it was counted, defaults filled in
/// @param memory of the fullest device, in bytes
record Estimate(
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String preset,
    Map<String, Object> layout,
    Parameters parameters,
    Schedule training,
    Operations operations,
    Memory memory,
    Time time) {

  /// The query's parameters.
  static final List<String> PARAMETERS =
      List.of(
          "preset",
          "layers",
          "width",
          "heads",
          "headSize",
          "keyValueHeads",
          "feedForward",
          "vocabulary",
          "context",
          "activation",
          "norm",
          "positions",
          "tied",
          "biases",
          "parallel",
          "tokens",
          "batch",
          "microBatch",
          "precision",
          "recompute",
          "data",
          "tensor",
          "pipeline",
          "peak",
          "utilisation");

  /// @param steps of `batch` sequences of the layout's context
  record Schedule(double tokens, double tokensPerParameter, int batch, long steps) {}

  /// @param perToken forward and backward
  record Operations(
      double perToken, double attentionPerToken, double model, double hardware, String counting) {}

  record Memory(
      long devices,
      String stage,
      String precision,
      String recompute,
      long weights,
      long gradients,
      long optimiser,
      long activations,
      long total) {}

  /// @param deviceHours model operations / (peak × utilisation)
  /// @param days on all devices together
  record Time(double peak, double utilisation, double deviceHours, double days) {}

  static Estimate of(
      @Nullable String preset, Layout layout, Parameters parameters, Training training) {
    var compute = Compute.of(layout, training.tokens(), training.recompute());
    var memory = DeviceMemory.of(layout, training);
    var seconds = compute.model() / (training.peak() * training.utilisation());
    return new Estimate(
        preset,
        describe(layout),
        parameters,
        new Schedule(
            training.tokens(),
            training.tokens() / parameters.total(),
            training.batch(),
            (long) Math.ceil(training.tokens() / training.batch() / layout.context())),
        new Operations(
            compute.matricesPerToken() + compute.attentionPerToken(),
            compute.attentionPerToken(),
            compute.model(),
            compute.hardware(),
            Compute.CONVENTION),
        new Memory(
            training.devices(),
            memory.stage(),
            Question.written(training.precision()),
            Question.written(training.recompute()),
            Math.round(memory.weights()),
            Math.round(memory.gradients()),
            Math.round(memory.optimiser()),
            Math.round(memory.activations()),
            Math.round(memory.total())),
        new Time(
            training.peak(),
            training.utilisation(),
            seconds / Duration.ofHours(1).toSeconds(),
            seconds / Duration.ofDays(1).toSeconds() / training.devices()));
  }

  private static Map<String, Object> describe(Layout layout) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("layers", layout.layers());
    fields.put("width", layout.width());
    fields.put("heads", layout.heads());
    fields.put("headSize", layout.headSize());
    fields.put("keyValueHeads", layout.keyValueHeads());
    fields.put("feedForward", layout.feedForward());
    fields.put("vocabulary", layout.vocabulary());
    fields.put("context", layout.context());
    fields.put("activation", Question.written(layout.activation()));
    fields.put("norm", Question.written(layout.norm()));
    fields.put("positions", Question.written(layout.positions()));
    fields.put("tied", layout.tied());
    fields.put("biases", layout.biases());
    fields.put("parallel", layout.parallel());
    return fields;
  }
}
