package dev.athanor.benchmarks;

import dev.athanor.augmentation.view.Views;
import dev.athanor.platform.augmentation.AugmentationSettings;
import dev.athanor.preprocessing.Image;
import dev.athanor.preprocessing.ImageDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// SimCLR views a second on one thread, with the paper's defaults: from raw 32×32 RGB pixels, or
/// from JPEG files (decoding included) to 224×224. `benchmarks/peers/view_speed.py` does the same
/// with torchvision, and `benchmarks/view-speed` runs both in turn.
public final class ViewSpeed {
  private ViewSpeed() {}

  /// Arguments: a folder of raw files (32·32·3 bytes) or of JPEG files, the size of a view, seconds
  /// to run after as many to warm up. Prints views a second.
  public static void main(String[] args) throws IOException {
    int size = Integer.parseInt(args[1]);
    double seconds = Double.parseDouble(args[2]);
    var views = Views.of(AugmentationSettings.simclr().sized(size).toProto(3, 2, false));
    var files = files(Path.of(args[0]));
    run(files, views, seconds);
    System.out.printf("%.1f%n", run(files, views, seconds));
  }

  private static double run(List<Entry> files, Views views, double seconds) {
    var decoder = new ImageDecoder();
    var into = new byte[views.bytes()];
    long begin = System.nanoTime();
    long made = 0;
    for (int i = 0; System.nanoTime() - begin < seconds * 1e9; i++) {
      var image = files.get(i % files.size()).image(decoder);
      for (int view = 0; view < 2; view++, made++) {
        views.render(image, 1, i / files.size(), i % files.size(), view, into, 0);
      }
    }
    return made / ((System.nanoTime() - begin) / 1e9);
  }

  private interface Entry {
    Image image(ImageDecoder decoder);
  }

  private static List<Entry> files(Path folder) throws IOException {
    var entries = new ArrayList<Entry>();
    try (var files = Files.list(folder)) {
      for (var file : files.sorted().toList()) {
        byte[] bytes = Files.readAllBytes(file);
        boolean jpeg = file.toString().endsWith(".jpg");
        var raw = jpeg ? null : new Image(32, 32, 3, bytes);
        entries.add(decoder -> raw == null ? decoder.decode(bytes, 3) : raw);
      }
    }
    return entries;
  }
}
