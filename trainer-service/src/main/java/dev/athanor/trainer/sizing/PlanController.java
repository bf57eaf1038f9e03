package dev.athanor.trainer.sizing;

import dev.athanor.trainer.role.ApiRole;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Set;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/plans`.
@RestController
@RequestMapping("/v1/plans")
@Tag(name = "plans")
@ApiRole
class PlanController {

  record Listing(Set<String> presets) {}

  @GetMapping("/presets")
  @Operation(summary = "The names of the layouts that a plan can start from")
  Listing presets() {
    return new Listing(Presets.map().keySet());
  }

  @GetMapping
  @Operation(
      summary = "What a language model would cost to train",
      description =
          "A preset, or layers, width, heads, vocabulary and context; each other parameter of the"
              + " layout and of the training replaces a default. See docs/plans.md.")
  Estimate plan(@RequestParam MultiValueMap<String, String> query) {
    return Question.answer(query);
  }
}
