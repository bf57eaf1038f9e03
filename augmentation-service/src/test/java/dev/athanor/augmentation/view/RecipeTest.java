package dev.athanor.augmentation.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.athanor.platform.augmentation.Range;
import dev.athanor.platform.augmentation.ViewSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class RecipeTest {
  private static final int N = 20_000;
  private static final ViewSettings SETTINGS =
      new ViewSettings(
          ViewSettings.SIMCLR.crop(),
          0.5,
          new ViewSettings.ColourJitter(0.8, 0.4, 0.6, 1.5, 0.1),
          0.2,
          new ViewSettings.Blur(0.5, new Range(0.1, 2), 0),
          new ViewSettings.Solarise(0.1, 100));

  @Test
  void thingsHappenAsOftenAsTheyShould() {
    var recipes = recipes(SETTINGS);
    assertThat(share(recipes, recipe -> recipe.flip() ? 1 : 0)).isCloseTo(0.5, offset(0.015));
    assertThat(share(recipes, recipe -> recipe.jitter() == null ? 0 : 1))
        .isCloseTo(0.8, offset(0.012));
    assertThat(share(recipes, recipe -> recipe.grey() ? 1 : 0)).isCloseTo(0.2, offset(0.012));
    assertThat(share(recipes, recipe -> recipe.sigma() > 0 ? 1 : 0)).isCloseTo(0.5, offset(0.015));
    assertThat(share(recipes, recipe -> recipe.threshold() == 100 ? 1 : 0))
        .isCloseTo(0.1, offset(0.009));
    assertThat(recipes).allMatch(r -> r.threshold() == 100 || r.threshold() == Recipe.NO_THRESHOLD);
  }

  @Test
  void factorsAreUniformInTheirRanges() {
    var jitters = recipes(SETTINGS).stream().map(Recipe::jitter).filter(Objects::nonNull).toList();
    assertUniform(jitters, Recipe.Jitter::brightness, 0.6, 1.4);
    assertUniform(jitters, Recipe.Jitter::contrast, 0.4, 1.6);
    assertUniform(jitters, Recipe.Jitter::saturation, 0, 2.5);
    assertUniform(jitters, Recipe.Jitter::hue, -0.1, 0.1);
    var blurred = recipes(SETTINGS).stream().filter(recipe -> recipe.sigma() > 0).toList();
    assertUniform(blurred, Recipe::sigma, 0.1, 2);
  }

  @Test
  void allOrdersOfJitterAreEquallyLikely() {
    var counts = new HashMap<List<Recipe.Operation>, Integer>();
    for (var recipe : recipes(SETTINGS)) {
      if (recipe.jitter() != null) {
        assertThat(recipe.jitter().order()).containsOnlyOnce(Recipe.Operation.values());
        counts.merge(recipe.jitter().order(), 1, Integer::sum);
      }
    }
    double expected = 0.8 * N / 24;
    assertThat(counts).hasSize(24);
    assertThat(counts.values())
        .allSatisfy(
            count -> assertThat((double) count).isCloseTo(expected, offset(0.2 * expected)));
  }

  @Test
  void cropsHaveTheAreaAndRatioTheyShould() {
    var recipes = recipes(SETTINGS);
    var areas = new ArrayList<Double>();
    var ratios = new ArrayList<Double>();
    double tops = 0;
    for (var recipe : recipes) {
      var box = recipe.crop();
      assertThat(box.top()).isBetween(0, 300 - box.height());
      assertThat(box.left()).isBetween(0, 400 - box.width());
      areas.add(box.height() * box.width() / (300.0 * 400));
      ratios.add(Math.log((double) box.width() / box.height()));
      tops += box.height() == 300 ? 0.5 : box.top() / (300.0 - box.height());
    }
    assertThat(areas).allMatch(area -> area > 0.079 && area <= 1);
    // Means of 20,000 draws of torchvision for an image of this size. Large crops often do not fit.
    assertThat(mean(areas)).isCloseTo(0.435, offset(0.01));
    assertThat(ratios).allMatch(ratio -> Math.abs(ratio) < Math.log(4 / 3.0) + 0.02);
    assertThat(mean(ratios)).isCloseTo(0.031, offset(0.01));
    assertThat(tops / N).isCloseTo(0.5, offset(0.01));
  }

  @Test
  void cropThatNeverFitsIsTheLargestCentredOneOfTheRatio() {
    var impossible = new ViewSettings.Crop(new Range(4, 4), new Range(3 / 4.0, 4 / 3.0));
    var draws = new Draws(0, 0, 0, 0);
    assertThat(CropBox.draw(impossible, 100, 300, draws)).isEqualTo(new CropBox(0, 83, 100, 133));
    assertThat(CropBox.draw(impossible, 300, 100, draws)).isEqualTo(new CropBox(83, 0, 133, 100));
    assertThat(CropBox.draw(impossible, 90, 100, draws)).isEqualTo(new CropBox(0, 0, 90, 100));
    assertThat(CropBox.draw(impossible, 1, 1000, draws)).isEqualTo(new CropBox(0, 499, 1, 1));
  }

  @Test
  void oneSettingsChangeLeavesTheOthersDraws() {
    var still =
        new ViewSettings(
            SETTINGS.crop(),
            0.0,
            new ViewSettings.ColourJitter(0, 0, 0, 0, 0),
            1.0,
            SETTINGS.blur(),
            SETTINGS.solarise());
    for (int sample = 0; sample < 200; sample++) {
      var all = recipe(SETTINGS, sample);
      var some = recipe(still, sample);
      assertThat(some.crop()).isEqualTo(all.crop());
      assertThat(some.sigma()).isEqualTo(all.sigma());
      assertThat(some.threshold()).isEqualTo(all.threshold());
    }
  }

  private static List<Recipe> recipes(ViewSettings settings) {
    var recipes = new ArrayList<Recipe>();
    for (int sample = 0; sample < N; sample++) {
      recipes.add(recipe(settings, sample));
    }
    return recipes;
  }

  private static Recipe recipe(ViewSettings settings, int sample) {
    return Recipe.draw(settings, 300, 400, new Draws(11, sample % 7, sample, sample % 2));
  }

  private static <T> double share(List<T> all, ToDoubleFunction<T> of) {
    return all.stream().mapToDouble(of).average().orElseThrow();
  }

  private static double mean(List<Double> values) {
    return share(values, value -> value);
  }

  /// Mean and variance of a uniform distribution, and its bounds.
  private static <T> void assertUniform(
      List<T> all, ToDoubleFunction<T> of, double min, double max) {
    double width = max - min;
    double mean = share(all, of);
    double variance = share(all, value -> Math.pow(of.applyAsDouble(value) - mean, 2));
    assertThat(all).allMatch(v -> of.applyAsDouble(v) >= min && of.applyAsDouble(v) <= max);
    assertThat(mean).isCloseTo((min + max) / 2, offset(0.012 * width));
    assertThat(variance).isCloseTo(width * width / 12, offset(0.003 * width * width));
  }
}
