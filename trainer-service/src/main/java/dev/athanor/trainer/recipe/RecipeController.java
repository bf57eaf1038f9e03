package dev.athanor.trainer.recipe;

import dev.athanor.platform.error.Problem;
import dev.athanor.trainer.role.ApiRole;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.springframework.core.io.support.ResourcePatternResolver;
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
  private static final String SUFFIX = ".yml";

  private final SortedMap<String, String> recipes = new TreeMap<>();

  RecipeController(ResourcePatternResolver resources) throws IOException {
    for (var file : resources.getResources("classpath*:recipes/*" + SUFFIX)) {
      var name = Objects.requireNonNull(file.getFilename());
      recipes.put(
          name.substring(0, name.length() - SUFFIX.length()),
          file.getContentAsString(StandardCharsets.UTF_8));
    }
  }

  record Listing(Set<String> recipes) {}

  @GetMapping
  @Operation(summary = "The names of the recipes")
  Listing list() {
    return new Listing(recipes.keySet());
  }

  @GetMapping(path = "/{name}", produces = "application/yaml")
  @Operation(summary = "A recipe, ready to be posted to /v1/runs")
  String show(@PathVariable String name) {
    var recipe = recipes.get(name);
    if (recipe == null) {
      throw Problem.notFound(
          "recipe: %s (expected: one of %s)".formatted(Problem.quote(name), recipes.keySet()));
    }
    return recipe;
  }
}
