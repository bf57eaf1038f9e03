package dev.athanor.preprocessing;

import org.bytedeco.opencv.global.opencv_core;

/// Loads OpenCV once. Its own thread pool stays off: services run many small images on threads of
/// their own, and two pools would fight for the same cores.
final class OpenCv {
  static {
    opencv_core.setNumThreads(1);
  }

  private OpenCv() {}

  /// Makes sure that the native library is loaded, and returns its version.
  static String version() {
    return opencv_core.getVersionString().getString();
  }
}
