package dev.athanor.augmentation.dataset;

import dev.athanor.augmentation.format.Text;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One text cut in two: of `n` characters the first `(1 - fraction) n`, and the rest.
record Tail(Text head, Text tail) {
  /// Null where the text is too short to be cut.
  static @Nullable Tail of(Text whole, double fraction) {
    var text = new String(whole.utf8(), StandardCharsets.UTF_8);
    int cut = (int) (text.codePointCount(0, text.length()) * (1 - fraction));
    if (cut == 0) {
      return null;
    }
    int at = text.offsetByCodePoints(0, cut);
    return at == text.length()
        ? null
        : new Tail(text(text.substring(0, at)), text(text.substring(at)));
  }

  private static Text text(String part) {
    return new Text(part.getBytes(StandardCharsets.UTF_8));
  }
}
