package dev.athanor.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StoriesTableTest {
  @Test
  void oneSeedGivesOneTableAndAnotherSeedAnother() throws IOException {
    assertThat(lines(1, 0, 40)).isEqualTo(lines(1, 0, 40)).isNotEqualTo(lines(2, 0, 40));
  }

  @Test
  void everyTopicHasStoriesAndSplitsHaveNoneInCommon() throws IOException {
    var train = lines(1, 0, 400);
    assertThat(train.getFirst()).isEqualTo("label\ttext");
    assertThat(train.stream().skip(1).map(line -> line.substring(0, line.indexOf('\t'))).distinct())
        .containsExactlyInAnyOrderElementsOf(Stream.of(Topic.values()).map(Topic::label).toList());
    assertThat(lines(1, 400, 100).stream().skip(1)).doesNotContainAnyElementsOf(train);
  }

  /// A word says nothing certain, but most of a story's nouns are its topic's.
  @Test
  void topicsDoNotShareTheirWords() {
    var seen = new HashSet<String>();
    for (var topic : Topic.values()) {
      assertThat(topic.nouns()).as(topic.label()).hasSize(25).allMatch(seen::add);
    }
  }

  private static List<String> lines(long seed, long first, int stories) throws IOException {
    var bytes = new ByteArrayOutputStream();
    new StoriesTable(seed, first, stories).writeTo(bytes);
    return bytes.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
