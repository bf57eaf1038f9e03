package dev.athanor.embedding.embed;

import dev.athanor.embedding.caller.Caller;
import dev.athanor.embedding.deadline.Deadline;
import dev.athanor.platform.error.Problem;
import dev.athanor.preprocessing.ImageDecoder;
import dev.athanor.preprocessing.ImageException;
import dev.athanor.preprocessing.ImageHeader;
import java.util.function.Supplier;

/// Decodes large images in threads of their own, as many at a time as their pixels fit into a share
/// of the heap: so they wait for one another, and the small ones do not wait for them.
final class LargeImages implements AutoCloseable {
  private static final int BYTES_PER_PIXEL = 3;

  private final HeapShare share;
  private final long small;
  private final TurnPool pool;

  /// @param bytes of the pixels of all large images at a time
  /// @param threads that decode small images; so many that are just not large have as many bytes
  LargeImages(long bytes, int threads) {
    this.share = new HeapShare(bytes);
    this.small = bytes / threads;
    this.pool = new TurnPool(threads, "prepare-large-");
  }

  boolean has(Input input) {
    return bytes(input) > small;
  }

  /// Runs the work on a large image when a thread is free and it is its caller's turn.
  void execute(Caller caller, Runnable work) {
    pool.execute(caller, work);
  }

  /// Decodes when there is room for the image's pixels.
  ///
  /// @throws Problem where the deadline passes before that
  <T> T inTurn(Input image, Deadline deadline, Supplier<T> decoding) {
    return share.during(bytes(image), deadline, decoding);
  }

  /// Of the pixels; 0 where the decoder refuses the image before it makes any.
  private static long bytes(Input input) {
    if (!(input instanceof Input.Encoded(var file))) {
      return 0;
    }
    try {
      var header = ImageHeader.read(file);
      long pixels = (long) header.height() * header.width();
      return pixels > ImageDecoder.DEFAULT_MAX_PIXELS ? 0 : pixels * BYTES_PER_PIXEL;
    } catch (ImageException unreadable) {
      return 0;
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
