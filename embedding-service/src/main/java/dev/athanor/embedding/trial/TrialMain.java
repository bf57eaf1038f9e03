package dev.athanor.embedding.trial;

import ai.djl.Device;
import dev.athanor.embedding.catalogue.Card;
import dev.athanor.embedding.encoder.Encoder;
import dev.athanor.embedding.encoder.OnnxEncoder;
import dev.athanor.embedding.encoder.Prepared;
import dev.athanor.preprocessing.tokenizer.Tokenizer;
import dev.athanor.preprocessing.tokenizer.TokenizerException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// The process that tries an encoder: loads the files in a folder as serving does, encodes, at last
/// as much at once as serving ever does, looks at the vectors, and leaves a [TrialReport] there.
/// Ends with its parent.
final class TrialMain {
  private static final int CHILD_OF_NOBODY = 7;
  private static final int TIMED = 5;
  private static final float TOLERANCE = 1e-4f;

  /// Of several scripts, and long ones of one word and of none.
  private static final List<String> TEXTS =
      List.of("It's 42 naïve 漢字, קטן and 🦊!\n", "a".repeat(10_000), " ".repeat(10_000));

  private TrialMain() {}

  /// @param arguments the folder, and the most that serving puts into a batch: images, or tokens
  public static void main(String[] arguments) throws IOException {
    Thread.ofPlatform().daemon().start(TrialMain::endWithParent);
    var folder = Path.of(arguments[0]);
    report(folder, Integer.parseInt(arguments[1])).write(folder);
    // Whatever the file's threads still do, it is over.
    Runtime.getRuntime().halt(0);
  }

  /// The parent holds the other end of our standard input for as long as it lives.
  private static void endWithParent() {
    try {
      System.in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException gone) {
      System.err.println("the parent is gone: " + gone);
    }
    Runtime.getRuntime().halt(CHILD_OF_NOBODY);
  }

  private static TrialReport report(Path folder, int maxBatch) throws IOException {
    try {
      return new TrialReport(null, run(folder, maxBatch));
    } catch (IOException | RuntimeException failure) {
      var reason = reason(failure, FullBatch.tried(folder));
      return new TrialReport(reason.replace(folder + "/", ""), null);
    }
  }

  /// What is said, and what was said first: the library between us and the runtime says only that a
  /// model cannot be loaded.
  ///
  /// @param at which full batch it was said; empty where at none
  private static String reason(Throwable failure, String at) {
    var first = failure;
    while (first.getCause() != null) {
      first = first.getCause();
    }
    var why = String.valueOf(first.getMessage());
    var said = String.valueOf(failure.getMessage());
    var message = said.contains(why) ? said : said + ": " + why;
    boolean memory = message.contains("Failed to allocate memory") || message.contains("bad_alloc");
    return memory
        ? "memory: more than the trial allows%s: %s".formatted(at, message)
        : message + at;
  }

  private static Figures run(Path folder, int maxBatch) throws IOException {
    var card = Card.parse(Files.readString(folder.resolve(Trial.CARD)));
    var tokenizer = tokenizer(card, folder);
    long idle = Memory.resident();
    long from = System.nanoTime();
    try (var encoder =
        OnnxEncoder.load(card, folder.resolve(Trial.MODEL), tokenizer, 1, Device.cpu())) {
      long loaded = System.nanoTime() - from;
      var inputs = inputs(card, tokenizer);
      var alone = checkNeighbours(encoder, inputs);
      double forward = forwardMillis(encoder, inputs.getFirst());
      for (var batch : FullBatch.of(card.input(), inputs, maxBatch)) {
        batch.announce(folder);
        compare(batch.each(alone), encoder.encode(batch.inputs(inputs)));
      }
      return new Figures(loaded / 1_000_000, forward, Memory.largest() - idle);
    }
  }

  private static @Nullable Tokenizer tokenizer(Card card, Path folder) throws IOException {
    if (!(card.input() instanceof Card.Tokens)) {
      return null;
    }
    try {
      var tokenizer = Tokenizer.loadHere(Files.readAllBytes(folder.resolve(Card.Tokens.TOKENIZER)));
      TEXTS.forEach(tokenizer::ids);
      return tokenizer;
    } catch (TokenizerException refused) {
      throw new IOException(Card.Tokens.TOKENIZER + ": " + refused.getMessage(), refused);
    }
  }

  /// Images of noise; texts from one token to as many as the card allows.
  private static List<Prepared> inputs(Card card, @Nullable Tokenizer tokenizer) {
    var random = new Random(1);
    var inputs = new ArrayList<Prepared>();
    switch (card.input()) {
      case Card.Pixels(_, var image) -> {
        for (int i = 0; i < 3; i++) {
          var values = new float[image.values()];
          for (int v = 0; v < values.length; v++) {
            values[v] = (float) random.nextGaussian();
          }
          inputs.add(new Prepared.Pixels(values));
        }
      }
      case Card.Tokens tokens -> {
        var words = Objects.requireNonNull(tokenizer);
        int room = Math.max(1, words.room(tokens.tokens()));
        for (int length : new int[] {Math.max(1, room / 2), 1, Math.min(room, 7), room}) {
          var ids = random.ints(length, 0, words.vocabulary()).toArray();
          inputs.add(new Prepared.Tokens(words.sequence(ids, tokens.tokens())));
        }
      }
    }
    return inputs;
  }

  /// A vector is finite, and the same alone, in pairs and among all.
  ///
  /// @return what each is alone
  private static float[][] checkNeighbours(Encoder encoder, List<Prepared> inputs) {
    var alone = new float[inputs.size()][];
    for (int i = 0; i < alone.length; i++) {
      alone[i] = encoder.encode(inputs.subList(i, i + 1))[0];
      for (float value : alone[i]) {
        if (!Float.isFinite(value)) {
          throw new IllegalStateException(
              "output: %s of input %d (expected: finite numbers)".formatted(value, i));
        }
      }
    }
    for (int i = 0; i + 2 <= alone.length; i++) {
      compare(Arrays.copyOfRange(alone, i, i + 2), encoder.encode(inputs.subList(i, i + 2)));
    }
    compare(alone, encoder.encode(inputs));
    return alone;
  }

  private static void compare(float[][] alone, float[][] together) {
    for (int i = 0; i < alone.length; i++) {
      for (int d = 0; d < alone[i].length; d++) {
        float a = alone[i][d];
        float b = together[i][d];
        if (!(Math.abs(a - b) <= TOLERANCE * (1 + Math.abs(a)))) {
          throw new IllegalStateException(
              "output: %s in a batch of %d, %s alone (expected: the same, a row does not depend on its neighbours)"
                  .formatted(b, alone.length, a));
        }
      }
    }
  }

  private static double forwardMillis(Encoder encoder, Prepared input) {
    var times = new double[TIMED];
    for (int i = 0; i < TIMED; i++) {
      long from = System.nanoTime();
      encoder.encode(List.of(input));
      times[i] = (System.nanoTime() - from) / 1e6;
    }
    Arrays.sort(times);
    return times[TIMED / 2];
  }
}
