package dev.athanor.augmentation.view;

import dev.athanor.contracts.batch.AugmentationSpec;
import dev.athanor.platform.augmentation.AugmentationSettings;
import dev.athanor.platform.augmentation.ViewSettings;
import dev.athanor.platform.error.Problem;
import dev.athanor.preprocessing.Image;
import dev.athanor.preprocessing.ImagePreprocessing;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Renders the views that a spec asks for. Decode an image once, then render each of its views:
///
/// ```java
/// var views = Views.of(spec);
/// var image = decoder.decode(bytes, views.channels());
/// for (int v = 0; v < views.count(); v++) {
///   views.render(image, seed, epoch, sample, v, payload, (v * samples + i) * views.bytes());
/// }
/// ```
///
/// Safe for many threads.
public final class Views {
  private final int height;
  private final int width;
  private final int channels;

  /// Empty where the spec asks for the evaluation view.
  private final List<ViewSettings> random;

  /// Scratch memory at rest: as many as threads have ever rendered at once.
  private final Queue<Canvas> canvases = new ConcurrentLinkedQueue<>();

  private Views(int height, int width, int channels, List<ViewSettings> random) {
    this.height = height;
    this.width = width;
    this.channels = channels;
    this.random = random;
  }

  /// Checks a spec that came over the wire.
  ///
  /// @throws Problem (unprocessable) that names the field and what was expected
  public static Views of(AugmentationSpec spec) {
    AugmentationSettings.checkSize(spec.getHeight(), "spec.height");
    AugmentationSettings.checkSize(spec.getWidth(), "spec.width");
    if (spec.getChannels() != 1 && spec.getChannels() != 3) {
      throw Problem.unprocessable(
          "spec.channels: %d (expected: 1 or 3)".formatted(spec.getChannels()));
    }
    return new Views(spec.getHeight(), spec.getWidth(), spec.getChannels(), random(spec));
  }

  private static List<ViewSettings> random(AugmentationSpec spec) {
    return switch (spec.getKindCase()) {
      case EVALUATION -> List.of();
      case RANDOM -> {
        var random = spec.getRandom();
        if (random.getViewsCount() < 1 || random.getViewsCount() > 16) {
          throw Problem.unprocessable(
              "spec.random.views: %d (expected: 1 to 16)".formatted(random.getViewsCount()));
        }
        var settings = new ArrayList<ViewSettings>();
        for (int i = 0; i < random.getViewsCount(); i++) {
          var path = "spec.random.views[%d]".formatted(i);
          settings.add(
              ViewSettings.of(random.getViews(i), spec.getHeight(), spec.getWidth(), path));
        }
        yield List.copyOf(settings);
      }
      case MASKED_TOKENS, TOKEN_BLOCKS, TOKEN_SEQUENCES ->
          throw Problem.unprocessable(
              "spec.kind: %s (expected: random or evaluation, the views of images)"
                  .formatted(Problem.quote(spec.getKindCase().name())));
      case KIND_NOT_SET ->
          throw Problem.unprocessable("spec.kind: missing (expected: random or evaluation)");
    };
  }

  /// Names the code that makes views: the first 16 hexadecimal digits of the SHA-256 of the classes
  /// of this package and of `preprocessing`, and of the versions of OpenCV and of the tokenizers'
  /// library. Two augmenters of one build make the same bytes.
  public static String build() {
    return Build.ID;
  }

  /// Views a sample.
  public int count() {
    return Math.max(1, random.size());
  }

  public int height() {
    return height;
  }

  public int width() {
    return width;
  }

  /// What images must be decoded to: 1 or 3.
  public int channels() {
    return channels;
  }

  /// Bytes of one view.
  public int bytes() {
    return height * width * channels;
  }

  /// Writes one view, `(height, width, channels)` bytes, into `payload` from `offset` on. An
  /// evaluation view depends on the image alone.
  ///
  /// @param image decoded to [#channels] channels
  /// @param epoch 0 to 2^32 - 1
  /// @param sample the sample's index in its split, 0 to 2^56 - 1
  /// @param view 0 to [#count] - 1
  public void render(
      Image image, long seed, long epoch, long sample, int view, byte[] payload, int offset) {
    if (image.channels() != channels) {
      throw new IllegalArgumentException(
          "image: %d channels (expected: %d)".formatted(image.channels(), channels));
    }
    if (view < 0 || view >= count()) {
      throw new IllegalArgumentException(
          "view: %d (expected: 0 to %d)".formatted(view, count() - 1));
    }
    if (random.isEmpty()) {
      ImagePreprocessing.view(image, height, width, payload, offset);
      return;
    }
    var settings = random.get(view);
    var draws = new Draws(seed, epoch, sample, view);
    var recipe = Recipe.draw(settings, image.height(), image.width(), draws);
    var resting = canvases.poll();
    var canvas = resting == null ? new Canvas(height, width, channels) : resting;
    canvas.paint(image, recipe, settings.blur().kernel(height), payload, offset);
    canvases.add(canvas);
  }
}
