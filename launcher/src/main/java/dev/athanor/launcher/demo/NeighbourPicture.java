package dev.athanor.launcher.demo;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/// Nearest neighbours in embedding space as a picture: a query at the left of each row, its
/// neighbours by cosine similarity to the right of it, framed green where the class is the same and
/// red where it is not.
final class NeighbourPicture {
  private static final int TILE = 72;
  private static final int GAP = 8;
  private static final int HEADER = 28;
  private static final Color SAME = new Color(0x2e, 0x9e, 0x5b);
  private static final Color OTHER = new Color(0xc8, 0x3c, 0x3c);

  /// @param image PNG or JPEG
  /// @param label the class, or empty without labels
  record Item(byte[] image, float[] embedding, String label) {}

  private final List<Item> items;

  NeighbourPicture(List<Item> items) {
    this.items = items;
  }

  void write(Path file, int queries, int neighbours) throws IOException {
    int columns = neighbours + 1;
    var picture =
        new BufferedImage(
            GAP + columns * (TILE + GAP) + GAP,
            HEADER + queries * (TILE + GAP),
            BufferedImage.TYPE_INT_RGB);
    var pen = picture.createGraphics();
    pen.setColor(Color.WHITE);
    pen.fillRect(0, 0, picture.getWidth(), picture.getHeight());
    pen.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    pen.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
    pen.setColor(Color.DARK_GRAY);
    pen.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    pen.drawString("query", GAP, HEADER - 10);
    pen.drawString("nearest neighbours in embedding space", 2 * GAP + TILE + GAP, HEADER - 10);
    for (int row = 0; row < queries; row++) {
      int query = row * items.size() / queries;
      int y = HEADER + row * (TILE + GAP);
      draw(pen, items.get(query), GAP, y, Color.DARK_GRAY);
      var nearest = nearest(query, neighbours);
      for (int column = 0; column < nearest.size(); column++) {
        var item = items.get(nearest.get(column));
        var frame =
            item.label().isEmpty()
                ? Color.GRAY
                : item.label().equals(items.get(query).label()) ? SAME : OTHER;
        draw(pen, item, 2 * GAP + (column + 1) * (TILE + GAP), y, frame);
      }
    }
    pen.dispose();
    ImageIO.write(picture, "png", file.toFile());
  }

  /// Indices of the items nearest to `query`, the nearest first.
  List<Integer> nearest(int query, int count) {
    var from = items.get(query).embedding();
    return IntStream.range(0, items.size())
        .filter(other -> other != query)
        .boxed()
        .sorted(
            Comparator.comparingDouble(
                (Integer other) -> -cosine(from, items.get(other).embedding())))
        .limit(count)
        .toList();
  }

  private static double cosine(float[] a, float[] b) {
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
    }
    return dot / Math.max(Math.sqrt(aa * bb), 1e-12);
  }

  private static void draw(Graphics2D pen, Item item, int x, int y, Color frame)
      throws IOException {
    pen.setColor(frame);
    pen.fillRect(x - 3, y - 3, TILE + 6, TILE + 6);
    pen.drawImage(ImageIO.read(new ByteArrayInputStream(item.image())), x, y, TILE, TILE, null);
  }
}
