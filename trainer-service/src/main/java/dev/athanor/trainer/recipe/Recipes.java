package dev.athanor.trainer.recipe;

import dev.athanor.platform.error.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.springframework.core.io.support.ResourcePatternResolver;
import org.springframework.stereotype.Component;

/// The recipes by name, each a YAML document.
@Component
public class Recipes {
  private static final String SUFFIX = ".yml";

  private final SortedMap<String, String> recipes = new TreeMap<>();

  Recipes(ResourcePatternResolver resources) throws IOException {
    for (var file : resources.getResources("classpath*:recipes/*" + SUFFIX)) {
      var name = Objects.requireNonNull(file.getFilename());
      recipes.put(
          name.substring(0, name.length() - SUFFIX.length()),
          file.getContentAsString(StandardCharsets.UTF_8));
    }
  }

  public Set<String> names() {
    return Collections.unmodifiableSet(recipes.keySet());
  }

  public String get(String name) {
    var recipe = recipes.get(name);
    if (recipe == null) {
      throw Problem.notFound(
          "recipe: %s (expected: one of %s)".formatted(Problem.quote(name), recipes.keySet()));
    }
    return recipe;
  }
}
