package dev.athanor.trainer.checkpoint;

import dev.athanor.trainer.role.ApiRole;
import dev.athanor.trainer.run.Runs;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/runs/{id}/checkpoints`.
@RestController
@Tag(name = "runs")
@ApiRole
class CheckpointController {
  private final Runs runs;
  private final Checkpoints checkpoints;

  CheckpointController(Runs runs, Checkpoints checkpoints) {
    this.runs = runs;
    this.checkpoints = checkpoints;
  }

  record Kept(List<Checkpoint> checkpoints) {}

  @GetMapping("/v1/runs/{id}/checkpoints")
  @Operation(summary = "The checkpoints that are kept of a run, the newest first")
  Kept list(@PathVariable String id) {
    return new Kept(checkpoints.of(runs.get(id).id()));
  }
}
