package dev.athanor.trainer.run;

import dev.athanor.trainer.role.ApiRole;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/runs/{id}/texts`.
@RestController
@Tag(name = "runs")
@ApiRole
class MadeTextController {
  private final Runs runs;
  private final MadeTexts texts;

  MadeTextController(Runs runs, MadeTexts texts) {
    this.runs = runs;
    this.texts = texts;
  }

  record Listing(List<MadeTexts.Made> texts) {}

  @GetMapping("/v1/runs/{id}/texts")
  @Operation(summary = "What a run's language model makes up, as the newest evaluation drew it")
  Listing list(@PathVariable String id) {
    return new Listing(texts.of(runs.get(id).id()));
  }
}
