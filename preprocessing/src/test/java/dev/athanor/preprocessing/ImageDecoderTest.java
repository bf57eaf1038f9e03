package dev.athanor.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.assertj.core.api.AbstractThrowableAssert;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;

class ImageDecoderTest {
  private static final int LOSSLESS = 101;

  private final ImageDecoder decoder = new ImageDecoder();
  private final ImageEncoder encoder = new ImageEncoder();

  @Test
  void pngComesBackBitByBit() {
    for (int channels : new int[] {1, 3}) {
      var image = TestImages.gradient(23, 41, channels);
      var back = decoder.decode(encoder.png(image), channels);
      assertThat(back.height()).isEqualTo(23);
      assertThat(back.width()).isEqualTo(41);
      assertThat(back.pixels()).isEqualTo(image.pixels());
    }
  }

  @Test
  void readsOtherEncodersFilesInTheOrderRedGreenBlue() {
    var image = TestImages.gradient(16, 24, 3);
    var png = TestImages.encoded(TestImages.buffered(image), "png");
    assertThat(decoder.decode(png, 3).pixels()).isEqualTo(image.pixels());

    var jpeg = decoder.decode(TestImages.jpeg(image), 3);
    for (int i = 0; i < image.pixels().length; i++) {
      assertThat(jpeg.pixels()[i] & 0xff).isCloseTo(image.pixels()[i] & 0xff, within(24));
    }
  }

  @Test
  void greyAndColourBecomeEachOther() {
    var grey = TestImages.gradient(9, 9, 1);
    var coloured = decoder.decode(encoder.png(grey), 3);
    var colour = TestImages.gradient(9, 9, 3);
    var greyed = decoder.decode(encoder.png(colour), 1);
    for (int y = 0; y < 9; y++) {
      for (int x = 0; x < 9; x++) {
        for (int c = 0; c < 3; c++) {
          assertThat(coloured.at(y, x, c)).isEqualTo(grey.at(y, x, 0));
        }
        double luma =
            0.299 * colour.at(y, x, 0) + 0.587 * colour.at(y, x, 1) + 0.114 * colour.at(y, x, 2);
        assertThat((double) greyed.at(y, x, 0)).isCloseTo(luma, within(1.0));
      }
    }
  }

  @Test
  void alphaIsDropped() {
    var transparent = new BufferedImage(4, 4, BufferedImage.TYPE_INT_ARGB);
    transparent.setRGB(1, 2, 0x00203040);
    transparent.setRGB(3, 3, 0x80fedcba);
    var image = decoder.decode(TestImages.encoded(transparent, "png"), 3);
    assertThat(pixel(image, 2, 1)).containsExactly(0x20, 0x30, 0x40);
    assertThat(pixel(image, 3, 3)).containsExactly(0xfe, 0xdc, 0xba);
  }

  @Test
  void paletteBecomesItsColours() {
    var indexed = new BufferedImage(4, 4, BufferedImage.TYPE_BYTE_INDEXED);
    indexed.setRGB(2, 1, 0xff3300);
    var png = TestImages.encoded(indexed, "png");
    assertThat(pixel(decoder.decode(png, 3), 1, 2)).containsExactly(0xff, 0x33, 0x00);
    assertThat(ImageHeader.read(png).channels()).isEqualTo(3);
  }

  @Test
  void sixteenBitsKeepTheirHighByte() {
    var deep = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY);
    deep.getRaster().setSample(0, 0, 0, 0x12ff);
    deep.getRaster().setSample(1, 0, 0, 0xfe01);
    var image = decoder.decode(TestImages.encoded(deep, "png"), 1);
    assertThat(image.pixels()).containsExactly(0x12, 0xfe);
  }

  @Test
  void oneBitBecomesBlackAndWhite() {
    var bits = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY);
    bits.setRGB(1, 0, 0xffffff);
    assertThat(decoder.decode(TestImages.encoded(bits, "png"), 1).pixels())
        .containsExactly(0, 0xff);
  }

  /// As image editors write it: Adobe's marker, and inks stored as what they leave of the light.
  @Test
  void cmykBecomesColour() {
    var red = new int[] {255, 0, 0, 255};
    var adobe = new byte[] {'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0};
    var jpeg = TestImages.withSegment(TestImages.cmykJpeg(16, red), 0xee, adobe);
    var image = decoder.decode(jpeg, 3);
    assertThat(image.at(8, 8, 0)).isGreaterThan(245);
    assertThat(image.at(8, 8, 1)).isLessThan(10);
    assertThat(image.at(8, 8, 2)).isLessThan(10);
    assertThat(decoder.decode(jpeg, 1).at(8, 8, 0)).isCloseTo(76, within(8));
  }

  @Test
  void exifOrientationIsApplied() {
    var upright = TestImages.gradient(16, 32, 3);
    var plain = decoder.decode(TestImages.jpeg(upright), 3);
    var exif = TestImages.exifOrientation(6);
    var turned = decoder.decode(TestImages.withSegment(TestImages.jpeg(upright), 0xe1, exif), 3);
    assertThat(turned.height()).isEqualTo(32);
    assertThat(turned.width()).isEqualTo(16);
    for (int y = 0; y < 32; y++) {
      for (int x = 0; x < 16; x++) {
        assertThat(pixel(turned, y, x)).isEqualTo(pixel(plain, 15 - x, y));
      }
    }
  }

  @Test
  void ofAnAnimationTheFirstFrameCounts() {
    var first = TestImages.gradient(13, 21, 3);
    var black = TestImages.constant(13, 21, 3, 0);
    var gif = TestImages.gif(TestImages.buffered(first), TestImages.buffered(black));
    assertThat(decoder.decode(gif, 3).pixels()).isEqualTo(jdks(gif));
    var webp = TestImages.animatedWebp(13, 21, webp(first, LOSSLESS), webp(black, LOSSLESS));
    assertThat(decoder.decode(webp, 3).pixels()).isEqualTo(first.pixels());
  }

  @Test
  void webpComesBackAsItWasStored() {
    var image = TestImages.gradient(23, 41, 3);
    assertThat(decoder.decode(webp(image, LOSSLESS), 3).pixels()).isEqualTo(image.pixels());
    var lossy = decoder.decode(webp(image, 90), 3);
    for (int i = 0; i < image.pixels().length; i++) {
      assertThat(lossy.pixels()[i] & 0xff).isCloseTo(image.pixels()[i] & 0xff, within(24));
    }
  }

  /// As of other images with an alpha channel.
  @Test
  void whatAGifDeclaresTransparentKeepsItsColour() {
    var image = decoder.decode(TestImages.encoded(TestImages.palette(6, 9), "gif"), 3);
    assertThat(pixel(image, 0, 1)).containsExactly(200, 100, 50);
    assertThat(pixel(image, 0, 3)).containsExactly(20, 30, 220);
    assertThat(pixel(image, 1, 0)).containsExactly(20, 30, 220);
  }

  @Test
  void aGifsFirstFrameMayBeSmallerThanItsScreen() {
    var gif = onScreen(TestImages.encoded(TestImages.palette(6, 9), "gif"), 10, 20, 3, 5);
    gif[11] = 2; // the background's colour
    var image = decoder.decode(gif, 3);
    assertThat(image.height()).isEqualTo(10);
    assertThat(image.width()).isEqualTo(20);
    assertThat(pixel(image, 3, 6)).containsExactly(200, 100, 50);
    for (int[] outside : new int[][] {{0, 0}, {2, 5}, {3, 4}, {9, 5}, {3, 14}, {9, 19}}) {
      assertThat(pixel(image, outside[0], outside[1])).containsExactly(10, 210, 60);
    }
  }

  @Test
  void aGifsFirstFrameOutsideOfItsScreenIsRefused() {
    var gif = TestImages.encoded(TestImages.palette(6, 9), "gif");
    assertRefused(onScreen(gif, 5, 9, 0, 0))
        .hasMessage(
            "GIF: a first frame of 6 x 9 pixels at row 0, column 0 (expected: within 5 x 9)");
    assertRefused(onScreen(gif, 6, 9, 65_535, 65_535)).hasMessageContaining("at row 65535");
    assertRefused(onScreen(gif, 0, 9, 0, 0)).hasMessageContaining("0 x 9 pixels");
  }

  @Test
  void headerSaysSizeAndChannels() {
    assertThat(ImageHeader.read(TestImages.jpeg(TestImages.gradient(5, 7, 3))))
        .isEqualTo(new ImageHeader(ImageFormat.JPEG, 5, 7, 3));
    assertThat(ImageHeader.read(encoder.png(TestImages.gradient(5, 7, 1))))
        .isEqualTo(new ImageHeader(ImageFormat.PNG, 5, 7, 1));
    var image = TestImages.gradient(5, 7, 3);
    assertThat(ImageHeader.read(TestImages.encoded(TestImages.buffered(image), "gif")))
        .isEqualTo(new ImageHeader(ImageFormat.GIF, 5, 7, 3));
    var still = webp(image, LOSSLESS);
    for (var webp : List.of(still, webp(image, 50), TestImages.animatedWebp(5, 7, still, still))) {
      assertThat(ImageHeader.read(webp)).isEqualTo(new ImageHeader(ImageFormat.WEBP, 5, 7, 3));
    }
  }

  @Test
  void hugeHeaderIsRefusedBeforeDecoding() {
    assertRefused(TestImages.pngHeader(100_000, 100_000))
        .hasMessage("image size: 100000 x 100000 (expected: at most 67108864 pixels)");
    assertThatThrownBy(
            () -> new ImageDecoder(99).decode(encoder.png(TestImages.gradient(10, 10, 1)), 1))
        .isInstanceOf(ImageException.class)
        .hasMessage("image size: 10 x 10 (expected: at most 99 pixels)");
    var gif = onScreen(TestImages.encoded(TestImages.palette(6, 9), "gif"), 65_535, 65_535, 0, 0);
    assertRefused(gif).hasMessageContaining("image size: 65535 x 65535");
    var still = webp(TestImages.gradient(5, 7, 3), LOSSLESS);
    assertRefused(TestImages.animatedWebp(1 << 24, 1 << 24, still, still))
        .hasMessageContaining("image size: 16777216 x 16777216");
  }

  @Test
  void negativeAndEmptySizesAreRefused() {
    assertRefused(TestImages.pngHeader(-1, 5)).hasMessageContaining("4294967295 x 5 pixels");
    assertRefused(TestImages.pngHeader(5, 0)).hasMessageContaining("5 x 0 pixels");
  }

  @Test
  void notAnImage() {
    assertRefused(new byte[0])
        .hasMessage("image: 0 bytes (expected: a JPEG, PNG, GIF or WebP file)");
    assertRefused(new byte[] {42})
        .hasMessage("image: 1 bytes that start with 2a (expected: a JPEG, PNG, GIF or WebP file)");
    var noise = new byte[10_000_000];
    new Random(1).nextBytes(noise);
    assertRefused(noise).hasMessageContaining("expected: a JPEG, PNG, GIF or WebP file");
    noise[0] = (byte) 0xff;
    noise[1] = (byte) 0xd8;
    noise[2] = (byte) 0xff;
    assertRefused(noise);
    System.arraycopy(TestImages.pngHeader(3, 3), 0, noise, 0, 33);
    assertRefused(noise).hasMessageContaining("PNG: ");
    var bitmap = TestImages.encoded(TestImages.buffered(TestImages.gradient(3, 3, 3)), "bmp");
    assertRefused(bitmap).hasMessageContaining("start with 42 4d");
  }

  @Test
  void everyTruncationIsRefused() {
    var image = TestImages.gradient(20, 20, 3);
    var thumbnail = new byte[] {(byte) 0xff, (byte) 0xd8, 1, 2, 3, (byte) 0xff, (byte) 0xd9};
    var jpeg = TestImages.jpeg(image);
    var still = webp(image, LOSSLESS);
    for (byte[] whole :
        new byte[][] {
          jpeg,
          TestImages.withSegment(jpeg, 0xe1, thumbnail),
          jpeg(image, opencv_imgcodecs.IMWRITE_JPEG_PROGRESSIVE, 1),
          jpeg(image, opencv_imgcodecs.IMWRITE_JPEG_RST_INTERVAL, 1),
          encoder.png(image),
          TestImages.encoded(TestImages.buffered(image), "gif"),
          TestImages.gif(TestImages.buffered(image), TestImages.palette(20, 20)),
          webp(image, 50),
          still,
          TestImages.animatedWebp(20, 20, still, still)
        }) {
      assertThat(decoder.decode(whole, 3).height()).isEqualTo(20);
      for (int length = 0; length < whole.length; length++) {
        assertRefused(Arrays.copyOf(whole, length)).hasMessageContaining("expected:");
      }
    }
  }

  @Test
  void bytesAfterTheEndAreNoMatter() {
    var image = TestImages.gradient(20, 20, 3);
    for (byte[] whole :
        new byte[][] {
          TestImages.jpeg(image),
          encoder.png(image),
          TestImages.gif(TestImages.buffered(image)),
          webp(image, LOSSLESS)
        }) {
      var longer = decoder.decode(Arrays.copyOf(whole, whole.length + 100), 3);
      assertThat(longer.pixels()).isEqualTo(decoder.decode(whole, 3).pixels());
    }
  }

  @Test
  void lostRestartIntervalIsSeen() {
    var whole = jpeg(TestImages.gradient(64, 64, 3), opencv_imgcodecs.IMWRITE_JPEG_RST_INTERVAL, 1);
    int second = markerFrom(whole, 0xd1, 0);
    int third = markerFrom(whole, 0xd2, second);
    var cut = Arrays.copyOf(whole, whole.length - (third - second));
    System.arraycopy(whole, third, cut, second, whole.length - third);
    assertRefused(cut).hasMessageContaining("restart marker d2 (expected: d1)");
  }

  @Test
  void everyFlippedBitOfPngIsRefusedOrNamed() {
    var whole = encoder.png(TestImages.gradient(8, 8, 1));
    for (int i = 0; i < whole.length; i++) {
      for (int bit = 0; bit < 8; bit++) {
        var flipped = whole.clone();
        flipped[i] ^= (byte) (1 << bit);
        assertRefused(flipped).hasMessageContaining("expected:");
      }
    }
  }

  @Test
  void pngWithTooLittleDataIsRefused() {
    var header = TestImages.pngHeader(8, 8);
    assertRefused(header).hasMessageContaining("no image data");
    var empty = TestImages.chunk("IDAT", new byte[] {0x78, (byte) 0x9c, 3, 0, 0, 0, 0, 1});
    var file = Arrays.copyOf(header, header.length + empty.length);
    System.arraycopy(empty, 0, file, 33, empty.length);
    System.arraycopy(header, 33, file, 33 + empty.length, 12);
    assertRefused(file).hasMessageContaining("PNG: corrupt");
  }

  @Test
  void aGifOrWebpWithTooLittleDataIsRefused() {
    var gif = TestImages.gif(TestImages.palette(60, 60));
    int data = gif.length - 1; // the trailer
    while (gif[data] != 0x2c) {
      data--;
    }
    data += 11; // the first block of the only frame's codes
    var cut = Arrays.copyOf(gif, data + 1 + 20 + 2);
    cut[data] = 20;
    cut[cut.length - 2] = 0;
    cut[cut.length - 1] = 0x3b;
    assertRefused(cut).hasMessageContaining("GIF: corrupt");
    assertRefused(new byte[] {'G', 'I', 'F', '8', '9', 'a', 1, 0, 1, 0, 0, 0, 0, 0x3b})
        .hasMessage("GIF: no image data (expected: at least one frame)");
    gif[data - 11] = 0x2d;
    assertRefused(gif).hasMessageContaining("2d (expected: an extension, a frame or the trailer");

    var webp = webp(TestImages.gradient(60, 60, 3), LOSSLESS);
    var tooShort = Arrays.copyOf(webp, 12 + 8 + 100);
    ByteBuffer.wrap(tooShort).order(ByteOrder.LITTLE_ENDIAN).putInt(4, 112).putInt(16, 100);
    assertRefused(tooShort).hasMessageContaining("WEBP: corrupt");
  }

  @Test
  void damagedFilesEitherDecodeToTheirSizeOrAreRefused() {
    var picture = TestImages.gradient(24, 24, 3);
    var still = webp(picture, LOSSLESS);
    var random = new Random(7);
    for (byte[] whole :
        new byte[][] {
          TestImages.jpeg(picture),
          TestImages.gif(TestImages.palette(24, 24), TestImages.buffered(picture)),
          webp(picture, 50),
          TestImages.animatedWebp(24, 24, still, still)
        }) {
      for (int i = 0; i < 300; i++) {
        var damaged = whole.clone();
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
        try {
          var image = decoder.decode(damaged, 3);
          var header = ImageHeader.read(damaged);
          assertThat(image.height() * image.width()).isEqualTo(header.height() * header.width());
        } catch (ImageException refused) {
          assertThat(refused).hasMessageContaining("expected:");
        }
      }
    }
  }

  @Test
  void onlyGreyAndColourCanBeAskedFor() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> decoder.decode(encoder.png(TestImages.gradient(2, 2, 1)), 4))
        .withMessage("channels: 4 (expected: 1 or 3)");
  }

  private AbstractThrowableAssert<?, ?> assertRefused(byte[] encoded) {
    return assertThatThrownBy(() -> decoder.decode(encoded, 3)).isInstanceOf(ImageException.class);
  }

  private static int[] pixel(Image image, int y, int x) {
    return new int[] {image.at(y, x, 0), image.at(y, x, 1), image.at(y, x, 2)};
  }

  /// As the JDK's own decoder reads a file's first frame, in rows of RGB.
  private static byte[] jdks(byte[] file) {
    try {
      var image = ImageIO.read(new ByteArrayInputStream(file));
      var pixels = ByteBuffer.allocate(image.getHeight() * image.getWidth() * 3);
      for (int y = 0; y < image.getHeight(); y++) {
        for (int x = 0; x < image.getWidth(); x++) {
          int rgb = image.getRGB(x, y);
          pixels.put((byte) (rgb >> 16)).put((byte) (rgb >> 8)).put((byte) rgb);
        }
      }
      return pixels.array();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /// The same GIF file with its first frame at this place of a screen of this size.
  private static byte[] onScreen(byte[] gif, int height, int width, int top, int left) {
    var moved = ByteBuffer.wrap(gif.clone()).order(ByteOrder.LITTLE_ENDIAN);
    moved.putShort(6, (short) width).putShort(8, (short) height);
    int frame = 13 + 3 * 4; // behind the table of four colours
    while (gif[frame] == 0x21) {
      frame += 2;
      while (gif[frame] != 0) {
        frame += 1 + gif[frame];
      }
      frame++;
    }
    assertThat(gif[frame]).isEqualTo((byte) 0x2c);
    moved.putShort(frame + 1, (short) left).putShort(frame + 3, (short) top);
    return moved.array();
  }

  /// @param quality to 100, or [#LOSSLESS]
  private static byte[] webp(Image image, int quality) {
    var reversed = image.pixels().clone(); // the encoder takes blue first
    for (int i = 0; i < reversed.length; i += 3) {
      reversed[i] = image.pixels()[i + 2];
      reversed[i + 2] = image.pixels()[i];
    }
    var blueFirst = new Image(image.height(), image.width(), 3, reversed);
    return encoded(".webp", blueFirst, opencv_imgcodecs.IMWRITE_WEBP_QUALITY, quality);
  }

  private static byte[] jpeg(Image image, int option, int value) {
    return encoded(".jpg", image, option, value);
  }

  private static byte[] encoded(String ending, Image image, int option, int value) {
    try (var pixels = new BytePointer(image.pixels());
        var mat = new Mat(image.height(), image.width(), opencv_core.CV_8UC3, pixels);
        var encoded = new BytePointer();
        var options = new IntPointer(new int[] {option, value})) {
      opencv_imgcodecs.imencode(ending, mat, encoded, options);
      var bytes = new byte[(int) encoded.limit()];
      encoded.get(bytes);
      return bytes;
    }
  }

  private static int markerFrom(byte[] jpeg, int marker, int from) {
    for (int i = from; ; i++) {
      if ((jpeg[i] & 0xff) == 0xff && (jpeg[i + 1] & 0xff) == marker) {
        return i;
      }
    }
  }

  private static <T extends Number> org.assertj.core.data.Offset<T> within(T value) {
    return org.assertj.core.data.Offset.offset(value);
  }
}
