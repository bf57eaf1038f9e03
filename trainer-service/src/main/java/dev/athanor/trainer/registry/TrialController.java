package dev.athanor.trainer.registry;

import dev.athanor.platform.error.Problem;
import dev.athanor.trainer.role.ApiRole;
import io.swagger.v3.oas.annotations.Hidden;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/internal/trials`: for embedding-services alone; the gateway leads nobody here.
@RestController
@RequestMapping("/internal/trials")
@Hidden
@ApiRole
class TrialController {
  private static final int LONGEST_HOLD_SECONDS = 3600;

  private final Trials trials;

  TrialController(Trials trials) {
    this.trials = trials;
  }

  /// @param holdSeconds how long the version is the caller's
  record Ask(@Nullable Integer holdSeconds) {}

  /// @param reason of a rejection, or why there is no verdict
  record Verdict(
      Trials.@Nullable Outcome outcome, @Nullable String reason, @Nullable TrialFigures figures) {}

  /// 200 with a trial, or 204 where nothing waits.
  @PostMapping
  ResponseEntity<Trials.Trial> take(@RequestBody Ask ask) {
    var hold = ask.holdSeconds();
    if (hold == null || hold < 1 || hold > LONGEST_HOLD_SECONDS) {
      throw Problem.badRequest(
          "holdSeconds: %s (expected: 1 to %d)".formatted(hold, LONGEST_HOLD_SECONDS));
    }
    return trials
        .take(Duration.ofSeconds(hold))
        .map(ResponseEntity::ok)
        .orElseGet(() -> ResponseEntity.noContent().build());
  }

  @PostMapping("/{model}/{version}/{fence}")
  ResponseEntity<Void> judge(
      @PathVariable String model,
      @PathVariable int version,
      @PathVariable long fence,
      @RequestBody Verdict verdict) {
    if (verdict.outcome() == null) {
      throw Problem.badRequest(
          "outcome: missing (expected: READY, REJECTED, UNDECIDED or NOT_HELD)");
    }
    trials.judge(model, version, fence, verdict.outcome(), verdict.reason(), verdict.figures());
    return ResponseEntity.noContent().build();
  }
}
