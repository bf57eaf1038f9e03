package dev.athanor.trainer.spec;

import dev.athanor.learning.encoder.CausalPreset;
import dev.athanor.learning.encoder.CausalTransformer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// `causal-transformer`: a preset, and what differs from it. Once read every field has its value,
/// so that what is stored does not change with a preset.
///
/// @param preset `clm-0.5m` to `clm-100m`
/// @param width of the residual stream, and of the embedding
/// @param heads of the queries, each width / heads wide
/// @param keyValueHeads fewer than `heads` for grouped-query attention; as many where only `heads`
///   is given
/// @param feedForward width between the feed-forward maps; 8/3 of the width where only that is
///   given (Touvron et al. 2023, section 2.2)
/// @param rotaryBase of the rotary positions
/// @param epsilon under the root of every norm
/// @param tied whether the output map is the embedding's transpose
public record CausalTransformerSpec(
    String preset,
    @Nullable Integer layers,
    @Nullable Integer width,
    @Nullable Integer heads,
    @Nullable Integer keyValueHeads,
    @Nullable Integer feedForward,
    @Nullable Double rotaryBase,
    @Nullable Double epsilon,
    @Nullable Boolean tied)
    implements TextEncoderSpec {
  private static final int ANY_VOCABULARY = 256;

  public CausalTransformerSpec {
    var usual = preset(preset).transformer(ANY_VOCABULARY);
    feedForward = feedForward != null ? feedForward : feedForward(width, usual);
    keyValueHeads = keyValueHeads != null ? keyValueHeads : heads;
    layers = Objects.requireNonNullElse(layers, usual.layers());
    width = Objects.requireNonNullElse(width, usual.width());
    heads = Objects.requireNonNullElse(heads, usual.heads());
    keyValueHeads = Objects.requireNonNullElse(keyValueHeads, usual.keyValueHeads());
    rotaryBase = Objects.requireNonNullElse(rotaryBase, usual.rotaryBase());
    epsilon = Objects.requireNonNullElse(epsilon, usual.epsilon());
    tied = Objects.requireNonNullElse(tied, usual.tied());
    new CausalTransformer(
        layers,
        width,
        heads,
        keyValueHeads,
        feedForward,
        ANY_VOCABULARY,
        usual.context(),
        rotaryBase,
        epsilon,
        tied);
  }

  /// What a network of somebody else's would have been specified as here.
  public static CausalTransformerSpec of(CausalTransformer transformer) {
    return new CausalTransformerSpec(
        CausalPreset.values()[0].title(),
        transformer.layers(),
        transformer.width(),
        transformer.heads(),
        transformer.keyValueHeads(),
        transformer.feedForward(),
        transformer.rotaryBase(),
        transformer.epsilon(),
        transformer.tied());
  }

  private static CausalPreset preset(String title) {
    return Arrays.stream(CausalPreset.values())
        .filter(preset -> preset.title().equals(title))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "preset: %s (expected: one of %s)"
                        .formatted(
                            title,
                            Arrays.stream(CausalPreset.values())
                                .map(CausalPreset::title)
                                .toList())));
  }

  private static int feedForward(@Nullable Integer width, CausalTransformer usual) {
    return width == null ? usual.feedForward() : Math.ceilDiv(8 * width, 3 * 8) * 8;
  }

  @Override
  public String kind() {
    return "causal-transformer";
  }

  @Override
  public int usualContext() {
    return preset(preset).transformer(ANY_VOCABULARY).context();
  }

  @Override
  public CausalTransformer text(int vocabulary, int context) {
    return new CausalTransformer(
        Objects.requireNonNull(layers),
        Objects.requireNonNull(width),
        Objects.requireNonNull(heads),
        Objects.requireNonNull(keyValueHeads),
        Objects.requireNonNull(feedForward),
        vocabulary,
        context,
        Objects.requireNonNull(rotaryBase),
        Objects.requireNonNull(epsilon),
        Objects.requireNonNull(tied));
  }
}
