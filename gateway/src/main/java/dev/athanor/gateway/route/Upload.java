package dev.athanor.gateway.route;

import dev.athanor.platform.connection.Connection;
import dev.athanor.platform.upload.Refusals;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.concurrent.locks.ReentrantLock;

/// The body of a request on its way through: read from the caller only as fast as the service takes
/// it.
///
/// The HTTP client reads it on a thread of its own. A service that answers early leaves that thread
/// behind in the middle of a read, while the server goes on to the connection's next request, whose
/// bytes it would take. So reads hold a lock, and after [#end()] there are none.
final class Upload extends InputStream {
  private final ReentrantLock reading = new ReentrantLock();
  private final HttpServletRequest request;
  private volatile Runnable onPiece = () -> {};
  private volatile boolean broken;
  private long taken;
  private boolean whole;
  private boolean ended;

  Upload(HttpServletRequest request) {
    this.request = request;
    this.whole = request.getContentLengthLong() <= 0 && !isChunked();
  }

  /// Whether the caller asks before it sends, as the service then should be.
  boolean asksFirst() {
    return request.getHeader("Expect") != null;
  }

  /// A body of the same length as the caller's, or chunked where the caller's is.
  BodyPublisher publisher() {
    var length = request.getContentLengthLong();
    if (length > 0) {
      return BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> this), length);
    }
    return isChunked() ? BodyPublishers.ofInputStream(() -> this) : BodyPublishers.noBody();
  }

  /// Called at each piece that the service has room for.
  void onPiece(Runnable onPiece) {
    this.onPiece = onPiece;
  }

  /// Whether the caller's side failed, and not the service's.
  boolean broken() {
    return broken;
  }

  /// Whether the caller has hung up, which can be seen once its whole body was read. Before, the
  /// reading breaks off. To be asked by the request's own thread or while that waits.
  boolean isCallerGone() {
    if (!reading.tryLock()) {
      return false;
    }
    try {
      return whole && Connection.isGone(request);
    } finally {
      reading.unlock();
    }
  }

  /// Reads no more; returns when no read is under way. One that waits for a slow caller holds this
  /// up for no longer than the server's own read timeout.
  void end() {
    reading.lock();
    try {
      ended = true;
    } finally {
      reading.unlock();
    }
  }

  /// Lets the caller send the rest, so that it hears what comes then.
  void hearOut() {
    end();
    Refusals.hearOut(request);
  }

  private boolean isChunked() {
    return request.getContentLengthLong() < 0 && request.getHeader("Transfer-Encoding") != null;
  }

  @Override
  public int read(byte[] piece, int offset, int length) throws IOException {
    reading.lock();
    try {
      if (ended) {
        throw new IOException("the request is over");
      }
      var read = request.getInputStream().read(piece, offset, length);
      taken += Math.max(0, read);
      whole = read < 0 || taken == request.getContentLengthLong();
      onPiece.run();
      return read;
    } catch (IOException | UncheckedIOException failure) {
      broken = !ended;
      throw failure;
    } finally {
      reading.unlock();
    }
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }
}
