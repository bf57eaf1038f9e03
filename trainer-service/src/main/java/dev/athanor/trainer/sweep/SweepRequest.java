package dev.athanor.trainer.sweep;

import dev.athanor.platform.error.Problem;
import dev.athanor.trainer.recipe.Recipes;
import dev.athanor.trainer.spec.SpecReader;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.node.ObjectNode;

/// What a caller asks for: the spec that all cells share, and the grid that tells them apart.
///
/// @param base fields of a run spec, unchecked
record SweepRequest(ObjectNode base, Grid grid) {

  /// Takes a document apart: `grid`, `recipe`, and everything else, which is a run spec's and is
  /// laid over the recipe's, field by field.
  static SweepRequest of(ObjectNode document, Recipes recipes, SpecReader specs) {
    var own = document.deepCopy();
    var grid = Grid.of(own.path("grid"));
    own.remove("grid");
    var recipe = own.remove("recipe");
    if (recipe == null) {
      return new SweepRequest(own, grid);
    }
    if (!recipe.isString()) {
      throw Problem.unprocessable(
          "recipe: %s (expected: one of %s)"
              .formatted(Problem.quote(recipe.toString()), recipes.names()));
    }
    var base = specs.treeOfYaml(recipes.get(recipe.stringValue()).getBytes(StandardCharsets.UTF_8));
    SpecReader.overlay(base, own);
    return new SweepRequest(base, grid);
  }

  /// The same for the same request, however it was laid out.
  String canonical() {
    return base + "\n" + grid.toJson();
  }
}
