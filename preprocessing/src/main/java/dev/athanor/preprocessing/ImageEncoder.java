package dev.athanor.preprocessing;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;

/// Encodes pixels as PNG, without loss. Safe for many threads.
public final class ImageEncoder {
  public ImageEncoder() {
    OpenCv.version();
  }

  public byte[] png(Image image) {
    boolean grey = image.channels() == 1;
    int type = grey ? opencv_core.CV_8UC1 : opencv_core.CV_8UC3;
    try (var pixels = new BytePointer(image.pixels());
        var mat = new Mat(image.height(), image.width(), type, pixels);
        var encoded = new BytePointer();
        var options = new IntPointer(0)) {
      if (!grey) {
        opencv_imgproc.cvtColor(mat, mat, opencv_imgproc.COLOR_RGB2BGR);
      }
      if (!opencv_imgcodecs.imencode(".png", mat, encoded, options)) {
        throw new IllegalStateException(
            "PNG encoder refused %d x %d pixels".formatted(image.height(), image.width()));
      }
      var bytes = new byte[Math.toIntExact(encoded.limit())];
      encoded.get(bytes);
      return bytes;
    }
  }
}
