package dev.athanor.trainer.sizing;

import dev.athanor.learning.encoder.CausalPreset;
import dev.athanor.learning.encoder.CausalTransformer;
import dev.athanor.trainer.sizing.Layout.Activation;
import dev.athanor.trainer.sizing.Layout.Norm;
import dev.athanor.trainer.sizing.Layout.Positions;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Layouts by name: those that a run can train here, open ones in LLaMA's layout, and the four
/// published giants that the counting is checked against.
final class Presets {

  /// What bytes and the three special tokens need.
  private static final int BYTES = 259;

  private static final Map<String, Preset> ALL = all();

  private Presets() {}

  /// @param tokens that the model was trained on, null where there is no such model
  record Preset(Layout layout, @Nullable Double tokens) {}

  static Map<String, Preset> map() {
    return ALL;
  }

  private static Map<String, Preset> all() {
    var all = new LinkedHashMap<String, Preset>();
    for (var preset : CausalPreset.values()) {
      all.put(preset.title(), trainable(preset.transformer(BYTES)));
    }
    all.put("smollm-135m", llama(30, 576, 9, 3, 1536, 49_152, 2048, true, 600e9));
    all.put("tinyllama-1.1b", llama(22, 2048, 32, 4, 5632, 32_000, 2048, false, 3e12));
    all.put("llama-7b", llama(32, 4096, 32, 32, 11_008, 32_000, 2048, false, 1e12));
    all.put("gpt-3-175b", gpt(96, 12_288, 96, 50_257, 300e9));
    all.put("gopher-280b", gopher());
    all.put("mt-nlg-530b", gpt(105, 20_480, 128, 50_257, 270e9));
    all.put("palm-540b", palm());
    return Collections.unmodifiableMap(all);
  }

  private static Preset trainable(CausalTransformer transformer) {
    return llama(
        transformer.layers(),
        transformer.width(),
        transformer.heads(),
        transformer.keyValueHeads(),
        transformer.feedForward(),
        transformer.vocabulary(),
        transformer.context(),
        transformer.tied(),
        null);
  }

  private static Preset llama(
      int layers,
      int width,
      int heads,
      int keyValueHeads,
      int feedForward,
      int vocabulary,
      int context,
      boolean tied,
      @Nullable Double tokens) {
    return new Preset(
        new Layout(
            layers,
            width,
            heads,
            width / heads,
            keyValueHeads,
            feedForward,
            vocabulary,
            context,
            Activation.SWIGLU,
            Norm.RMSNORM,
            Positions.ROTARY,
            tied,
            false,
            false),
        tokens);
  }

  /// Brown et al. 2020, section 2.1, and Smith et al. 2022, section 2.3: GPT-2's layout.
  private static Preset gpt(int layers, int width, int heads, int vocabulary, double tokens) {
    return new Preset(
        new Layout(
            layers,
            width,
            heads,
            width / heads,
            heads,
            4 * width,
            vocabulary,
            2048,
            Activation.GELU,
            Norm.LAYERNORM,
            Positions.LEARNED,
            true,
            true,
            false),
        tokens);
  }

  /// Rae et al. 2021, section 3.1 and table 1.
  private static Preset gopher() {
    return new Preset(
        new Layout(
            80,
            16_384,
            128,
            128,
            128,
            4 * 16_384,
            32_000,
            2048,
            Activation.GELU,
            Norm.RMSNORM,
            Positions.RELATIVE,
            true,
            true,
            false),
        300e9);
  }

  /// Chowdhery et al. 2022, section 2 and table 1: no biases, multi-query attention, parallel
  /// layers.
  private static Preset palm() {
    return new Preset(
        new Layout(
            118,
            18_432,
            48,
            256,
            1,
            4 * 18_432,
            256_000,
            2048,
            Activation.SWIGLU,
            Norm.LAYERNORM,
            Positions.ROTARY,
            true,
            false,
            true),
        780e9);
  }
}
