package dev.athanor.augmentation.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.augmentation.Service;
import dev.athanor.augmentation.lease.LeasedWork;
import dev.athanor.augmentation.lease.WorkLoop;
import dev.athanor.augmentation.token.TokenIndexDocument.SplitTokens;
import dev.athanor.augmentation.token.TokenIndexDocument.Splits;
import dev.athanor.augmentation.token.TokenIndexDocument.State;
import dev.athanor.augmentation.token.TokenIndexDocument.Summary;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;

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

  /// What is no exception, as a class that is not there, would else take the thread along.
  @Test
  void anErrorEndsItsWorkAndNotTheThread() {
    try (var service = Service.start(Map.of("ATHANOR_TOKENS_POLL", "1h"))) {
      for (var name : List.of("broken", "sound")) {
        service.awaitEnd(service.upload(name, Map.of("auto/a.txt", "one two".getBytes(UTF_8))));
        service.bean(TokenIndexes.class).build(name, 1, "bytes");
      }
      var rows = service.bean(TokenIndexRows.class);
      var done =
          new Summary("done/", new Splits(new SplitTokens(1, 8, 7), new SplitTokens(0, 0, 0)));
      LeasedWork.Work<Job> work =
          (job, lease) -> {
            if (rows.withId(job.id()).orElseThrow().document().dataset().equals("broken")) {
              throw new NoClassDefFoundError("no/such/Thing");
            }
            rows.ready(job, done);
          };
      var loop =
          new WorkLoop(
              "errors",
              Duration.ofMillis(50),
              Duration.ofSeconds(5),
              List.of(
                  new LeasedWork<>(
                      rows.jobs(), Job::id, Duration.ofMinutes(1), 1, work, rows.jobs()::fail)));
      loop.start();
      try {
        Awaitility.await("the work behind it")
            .atMost(Duration.ofSeconds(20))
            .until(
                () ->
                    rows.find("sound", 1, "bytes").orElseThrow().document().state() == State.READY);
        var broken = rows.find("broken", 1, "bytes").orElseThrow().document();
        assertThat(broken.state()).isEqualTo(State.FAILED);
        assertThat(broken.reason())
            .isEqualTo("gave up after 1 attempts: java.lang.NoClassDefFoundError: no/such/Thing");
        assertThat(loop.health().getStatus()).isEqualTo(Status.UP);
        assertThat(service.bean(TokenWorker.class).health().getStatus()).isEqualTo(Status.UP);
      } finally {
        loop.stop();
      }
      assertThat(loop.isRunning()).isFalse();
    }
  }
}
