package dev.athanor.trainer.recipe;

import dev.athanor.trainer.role.ApiRole;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Set;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/recipes`.
@RestController
@RequestMapping("/v1/recipes")
@Tag(name = "recipes")
@ApiRole
class RecipeController {
  private final Recipes recipes;

  RecipeController(Recipes recipes) {
    this.recipes = recipes;
  }

  record Listing(Set<String> recipes) {}

  @GetMapping
  @Operation(summary = "The names of the recipes")
  Listing list() {
    return new Listing(recipes.names());
  }

  @GetMapping(path = "/{name}", produces = "application/yaml")
  @Operation(summary = "A recipe, ready to be posted to /v1/runs")
  String show(@PathVariable String name) {
    return recipes.get(name);
  }
}
