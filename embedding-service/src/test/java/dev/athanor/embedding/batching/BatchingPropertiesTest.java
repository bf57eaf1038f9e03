package dev.athanor.embedding.batching;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.athanor.embedding.batching.BatchingProperties.Own;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BatchingPropertiesTest {
  private static final Duration DELAY = Duration.ofMillis(2);

  @Test
  void whatAModelCannotHaveOfItsOwnIsRefusedByItsName() {
    refused(new Own(0, null, null), "max-batch, max-tokens: 0 (expected: >= 1)");
    refused(new Own(null, -1, null), "max-batch, max-tokens: -1 (expected: >= 1)");
    refused(
        new Own(null, null, Duration.ofMinutes(2)), "max-delay: PT2M (expected: 0 to 1 minute)");
  }

  private static void refused(Own own, String why) {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new BatchingProperties(
                    1024, Duration.ofSeconds(1), 1, 32, 1024, DELAY, Map.of("my.model", own)))
        .withMessage("athanor.batching.models.[my.model]: " + why);
  }
}
