package dev.athanor.augmentation.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.augmentation.Service;
import dev.athanor.augmentation.token.TokenIndexDocument.SplitTokens;
import dev.athanor.augmentation.token.TokenIndexDocument.Splits;
import dev.athanor.augmentation.token.TokenIndexDocument.State;
import dev.athanor.augmentation.token.TokenIndexDocument.Summary;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// Work left by a process that died is taken by another, and the dead one's late words are not
/// heard.
class JobLeaseIT {
  @Test
  void onlyTheLastClaimCounts() {
    // The service's own worker looks once when it starts, and then leaves the work to the test.
    try (var service = Service.start(Map.of("ATHANOR_TOKENS_POLL", "1h"))) {
      service.awaitEnd(service.upload("jobs", Map.of("auto/a.txt", "one two".getBytes(UTF_8))));
      service.bean(TokenIndexes.class).build("jobs", 1, "bytes");
      var rows = service.bean(TokenIndexRows.class);

      var first = rows.jobs().claim(Duration.ofMillis(200)).orElseThrow();
      assertThat(first.attempt()).isEqualTo(1);
      var second =
          Awaitility.await("the first claim to run out")
              .atMost(Duration.ofSeconds(20))
              .until(() -> rows.jobs().claim(Duration.ofMinutes(1)), Optional::isPresent)
              .orElseThrow();
      assertThat(second.fence()).isGreaterThan(first.fence());
      assertThat(second.attempt()).isEqualTo(2);
      assertThat(rows.jobs().claim(Duration.ofMinutes(1))).isEmpty();

      var splits = new Splits(new SplitTokens(1, 8, 7), new SplitTokens(0, 0, 0));
      assertThat(rows.jobs().renew(first, Duration.ofMinutes(1), 1, 1)).isFalse();
      assertThat(rows.ready(first, new Summary("late/", splits))).isFalse();
      assertThat(rows.jobs().fail(first, "late")).isFalse();
      assertThat(rows.ready(second, new Summary("right/", splits))).isTrue();
      var row = rows.find("jobs", 1, "bytes").orElseThrow();
      assertThat(row.document().state()).isEqualTo(State.READY);
      assertThat(row.summary()).isEqualTo(new Summary("right/", splits));
    }
  }
}
