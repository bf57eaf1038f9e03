package dev.athanor.embedding.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JobRowsIT {
  private static final Duration LEASE = Duration.ofMinutes(1);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final JobRows rows = Rows.fresh();

  @Test
  void attemptsAreCountedAnewOnceOneGotSomewhere() {
    Rows.add(rows, "a", 25);
    for (int attempt = 1; attempt <= 4; attempt++) {
      assertThat(rows.release(claim(), Duration.ZERO, "the store is away")).isTrue();
      assertThat(rows.attempts("a")).isEqualTo(attempt);
      assertThat(job().state()).isEqualTo(JobState.QUEUED);
      assertThat(job().reason()).isEqualTo("the store is away");
    }
    var fifth = claim();
    assertThat(fifth.attempt()).isEqualTo(5);
    assertThat(job().reason()).isNull();
    assertThat(rows.addPart(fifth, 0, 10, List.of(part("part-00000.parquet")))).isTrue();
    assertThat(rows.attempts("a")).isEqualTo(1);
  }

  @Test
  void whatIsHandedBackIsNoAttempt() {
    Rows.add(rows, "a", 25);
    for (int i = 0; i < 3; i++) {
      var claim = claim();
      assertThat(claim.attempt()).isEqualTo(1);
      assertThat(rows.handBack(claim, Duration.ZERO, null)).isTrue();
    }
  }

  @Test
  void aJobThatPausesIsTakenLaterAndHeldByNobody() {
    Rows.add(rows, "a", 25);
    var claim = claim();
    assertThat(rows.release(claim, LEASE, "away")).isTrue();
    assertThat(rows.claim(LEASE)).isEmpty();
    assertThat(rows.renew(claim, LEASE, 5, 1)).isEmpty();
    rows.cancel("a");
    assertThat(job().state()).isEqualTo(JobState.CANCELLED);
    assertThat(job().finishedAt()).isNotNull();
  }

  @Test
  void aJobThatWasCalledOffEndsInsteadOfPausing() {
    Rows.add(rows, "a", 25);
    var claim = claim();
    rows.cancel("a");
    assertThat(job().state()).isEqualTo(JobState.RUNNING);
    assertThat(rows.release(claim, LEASE, "away")).isTrue();
    assertThat(job().state()).isEqualTo(JobState.CANCELLED);
  }

  @Test
  void aFailedJobGoesOnBehindItsParts() {
    Rows.add(rows, "a", 25);
    assertThat(rows.retry("a", 100)).isFalse();
    var claim = claim();
    assertThat(rows.addPart(claim, 0, 10, List.of(part("part-00000.parquet")))).isTrue();
    assertThat(rows.fail(claim, "gave up")).isTrue();
    Rows.add(rows, "b", 25);
    assertThat(rows.retry("a", 1)).isFalse();
    assertThat(rows.retry("a", 2)).isTrue();
    assertThat(rows.retry("a", 100)).isFalse();

    var next = claim();
    assertThat(next).isEqualTo(new JobRows.Claim("a", claim.fence() + 1, 1));
    assertThat(job().done()).isEqualTo(10);
    assertThat(job().finishedAt()).isNull();
    assertThat(rows.files("a")).hasSize(1);
  }

  /// The database tells when a pause of no length is over.
  private JobRows.Claim claim() {
    return await()
        .atMost(PATIENCE)
        .until(() -> rows.claim(LEASE), Optional::isPresent)
        .orElseThrow();
  }

  private Job job() {
    return rows.find("a").orElseThrow();
  }

  private static PartFile part(String name) {
    return new PartFile(name, "a/1/" + name, 10, 100, "0");
  }
}
