package dev.athanor.embedding.trial;

import dev.athanor.embedding.batching.LengthBuckets;
import dev.athanor.embedding.batching.Room;
import dev.athanor.embedding.catalogue.Card;
import dev.athanor.embedding.encoder.Prepared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// A batch as large as serving makes, of one input many times: what a graph takes of memory and
/// time grows with its batch, as it pleases.
///
/// @param input the index of an input that was tried alone
/// @param count how often it is in the batch
/// @param what for whoever reads the verdict: `32 images`, and the setting that allows them
record FullBatch(int input, int count, String what) {
  private static final String FILE = "batch.txt";

  /// As many as serving ever puts into a batch. Of large images that is less than the option says:
  /// one model's have so much [Room] and no more, until they are inferred.
  ///
  /// @param option images, or tokens
  /// @param heap of the service, in bytes
  static int most(Card.Input input, int option, long heap) {
    return switch (input) {
      case Card.Pixels(_, var image) ->
          Math.clamp(Room.mostOfLane(heap) / ((long) image.values() * Float.BYTES), 1, option);
      case Card.Tokens _ -> option;
    };
  }

  /// Images are all alike. Of texts as many as go into one batch of the longest, whose attention is
  /// the largest, and of the shortest, who are most.
  ///
  /// @param maxBatch images, or tokens
  static List<FullBatch> of(Card.Input input, List<Prepared> inputs, int maxBatch) {
    return switch (input) {
      case Card.Pixels _ ->
          List.of(
              new FullBatch(
                  0, maxBatch, maxBatch + " images, which athanor.batching.max-batch allows"));
      case Card.Tokens _ -> {
        var lengths = inputs.stream().map(text -> ((Prepared.Tokens) text).ids().length).toList();
        yield List.of(
            texts(lengths.indexOf(Collections.min(lengths)), inputs, maxBatch),
            texts(lengths.indexOf(Collections.max(lengths)), inputs, maxBatch));
      }
    };
  }

  private static FullBatch texts(int index, List<Prepared> inputs, int maxTokens) {
    var text = (Prepared.Tokens) inputs.get(index);
    int length = text.ids().length;
    int count = Math.max(1, maxTokens / LengthBuckets.cost(text));
    return new FullBatch(
        index,
        count,
        "%d texts of %d tokens, which athanor.batching.max-tokens allows".formatted(count, length));
  }

  /// Writes down that it is the next to be tried: a process that is ended does not come to say so.
  void announce(Path folder) throws IOException {
    Files.writeString(folder.resolve(FILE), what);
  }

  /// Which was the last to be tried, for the middle of a sentence; empty where none was.
  static String tried(Path folder) throws IOException {
    var file = folder.resolve(FILE);
    return Files.exists(file) ? ", in a batch of " + Files.readString(file) : "";
  }

  List<Prepared> inputs(List<Prepared> all) {
    return Collections.nCopies(count, all.get(input));
  }

  /// What each row should be.
  ///
  /// @param alone the vectors of the inputs
  float[][] each(float[][] alone) {
    var rows = new float[count][];
    Arrays.fill(rows, alone[input]);
    return rows;
  }
}
