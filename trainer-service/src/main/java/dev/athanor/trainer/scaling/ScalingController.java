package dev.athanor.trainer.scaling;

import dev.athanor.trainer.role.ApiRole;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/sweeps/{id}/scaling`.
@RestController
@Tag(name = "sweeps")
@ApiRole
class ScalingController {
  private final ScalingStudies studies;

  ScalingController(ScalingStudies studies) {
    this.studies = studies;
  }

  @GetMapping("/v1/sweeps/{id}/scaling")
  @Operation(
      summary = "Fit loss against parameters and tokens, over the language models of a sweep",
      description =
          "As JSON, or drawn as image/png with law=joint, parameters or tokens. Needs 9 finished"
              + " runs of clm, of 3 sizes and 3 numbers of tokens. See docs/sweeps.md.")
  ScalingDocument fit(@PathVariable String id, @RequestParam(defaultValue = "1") long seed) {
    return ScalingDocument.of(studies.of(id, seed));
  }

  @GetMapping(path = "/v1/sweeps/{id}/scaling", produces = MediaType.IMAGE_PNG_VALUE)
  byte[] draw(
      @PathVariable String id,
      @RequestParam(defaultValue = "joint") String law,
      @RequestParam(defaultValue = "1") long seed) {
    var drawn = Law.of(law);
    return ScalingChart.png(studies.of(id, seed), drawn);
  }
}
