package dev.athanor.trainer.evaluation;

import dev.athanor.learning.encoder.CausalTransformer;
import dev.athanor.learning.evaluation.TextSampler;
import dev.athanor.learning.training.TrainingSession;
import dev.athanor.preprocessing.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/// Texts that a causal language model makes up, as it would a document.
final class TextMaker {
  static final String SAMPLES = "samples";

  private static final int TEXTS = 4;
  private static final int TOKENS = 64;
  private static final double TEMPERATURE = 0.8;

  private final Tokenizer tokenizer;

  TextMaker(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /// The same draws at every evaluation.
  List<String> samples(TrainingSession session) {
    int end = Objects.requireNonNull(tokenizer.endOfText(), "runs on texts have one");
    var made =
        new TextSampler(TEMPERATURE, session.spec().seed())
            .continuations(
                (CausalTransformer) session.encoder(),
                session.weights(),
                new int[] {end},
                TEXTS,
                TOKENS);
    return Arrays.stream(made).map(ids -> tokenizer.text(upTo(end, ids))).toList();
  }

  private static int[] upTo(int end, int[] ids) {
    return IntStream.of(ids).takeWhile(id -> id != end).toArray();
  }
}
