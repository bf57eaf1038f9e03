package dev.athanor.launcher.demo;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;

/// Generated texts as a TSV of two columns, `label` and `text`: short stories, each on one [Topic].
/// Sentences of all topics are built alike and share all words but nouns; of these one in four is
/// another topic's. So a few labelled stories show only a part of a topic's words, and the
/// unlabelled ones show which words go together. One seed, one table, to the byte.
public record StoriesTable(long seed, long first, int stories) {
  private static final List<String> VERBS =
      List.of(
          "found",
          "watched",
          "carried",
          "forgot",
          "remembered",
          "painted",
          "followed",
          "lost",
          "kept",
          "liked",
          "feared",
          "sold",
          "wanted",
          "reached",
          "left",
          "touched");
  private static final List<String> ADJECTIVES =
      List.of(
          "old", "small", "quiet", "broken", "golden", "heavy", "strange", "new", "cold", "bright",
          "narrow", "empty", "famous", "distant", "grey", "warm");
  private static final List<String> PLACES =
      List.of("near", "behind", "under", "beside", "above", "beyond");
  private static final List<String> TIMES =
      List.of(
          "in the morning",
          "at noon",
          "last winter",
          "every evening",
          "before the rain",
          "one summer",
          "after a while",
          "that night");
  private static final double OWN = 0.75;

  /// @param first number of the first story: splits take different ones
  public StoriesTable {
    if (stories < 1 || first < 0) {
      throw new IllegalArgumentException(
          "first, stories: %d, %d (expected: >= 0, >= 1)".formatted(first, stories));
    }
  }

  /// Writes the table and leaves the stream open.
  public void writeTo(OutputStream stream) throws IOException {
    stream.write("label\ttext\n".getBytes(StandardCharsets.UTF_8));
    for (long number = first; number < first + stories; number++) {
      var topic = topic(number);
      var line = "%s\t%s\n".formatted(topic.label(), story(number, topic));
      stream.write(line.getBytes(StandardCharsets.UTF_8));
    }
    stream.flush();
  }

  private static Topic topic(long number) {
    return Topic.values()[(int) (number % Topic.values().length)];
  }

  private String story(long number, Topic topic) {
    var random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + number);
    random.nextLong();
    var story = new StringBuilder(sentence(topic, random));
    for (int more = random.nextInt(2); more > 0; more--) {
      story.append(' ').append(sentence(topic, random));
    }
    return story.toString();
  }

  private static String sentence(Topic topic, SplittableRandom random) {
    return switch (random.nextInt(4)) {
      case 0 ->
          "The %s %s %s the %s %s the %s."
              .formatted(
                  one(ADJECTIVES, random),
                  noun(topic, random),
                  one(VERBS, random),
                  noun(topic, random),
                  one(PLACES, random),
                  noun(topic, random));
      case 1 ->
          "A %s and a %s stood %s the %s %s."
              .formatted(
                  noun(topic, random),
                  noun(topic, random),
                  one(PLACES, random),
                  one(ADJECTIVES, random),
                  noun(topic, random));
      case 2 ->
          "Nobody %s the %s, for the %s was %s %s."
              .formatted(
                  one(VERBS, random),
                  noun(topic, random),
                  noun(topic, random),
                  one(ADJECTIVES, random),
                  one(TIMES, random));
      default ->
          "There was a %s %s %s the %s, and somebody %s it %s."
              .formatted(
                  one(ADJECTIVES, random),
                  noun(topic, random),
                  one(PLACES, random),
                  noun(topic, random),
                  one(VERBS, random),
                  one(TIMES, random));
    };
  }

  private static String noun(Topic topic, SplittableRandom random) {
    var from =
        random.nextDouble() < OWN ? topic : Topic.values()[random.nextInt(Topic.values().length)];
    return one(from.nouns(), random);
  }

  private static String one(List<String> words, SplittableRandom random) {
    return words.get(random.nextInt(words.size()));
  }
}
