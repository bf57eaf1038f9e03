package dev.athanor.embedding.door;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// A wire to a port of this machine that can be cut, and that at first may not be there.
final class Relay implements AutoCloseable {
  private static final int PIECE = 16 << 10;

  private final ServerSocket listening;
  private final int target;
  private final AtomicInteger toRefuse;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean silent;

  /// @param refusals connections that are closed as soon as they are made, before others go through
  Relay(int target, int refusals) throws IOException {
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.target = target;
    this.toRefuse = new AtomicInteger(refusals);
    Thread.ofVirtual().start(this::accept);
  }

  String address() {
    return "127.0.0.1:" + listening.getLocalPort();
  }

  /// How many connections are still to be refused.
  int refusalsLeft() {
    return Math.max(0, toRefuse.get());
  }

  /// Cuts all connections, in the middle of whatever they carry.
  void cut() {
    open.forEach(Relay::close);
  }

  /// From now on the wire carries nothing, and no side is told that the other has closed its end.
  void fallSilent() {
    silent = true;
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        var caller = listening.accept();
        if (toRefuse.getAndDecrement() > 0) {
          close(caller);
        } else {
          connect(caller);
        }
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void connect(Socket caller) throws IOException {
    var service = new Socket(InetAddress.getLoopbackAddress(), target);
    open.add(caller);
    open.add(service);
    Thread.ofVirtual().start(() -> pass(caller, service));
    Thread.ofVirtual().start(() -> pass(service, caller));
  }

  private void pass(Socket from, Socket to) {
    var piece = new byte[PIECE];
    try {
      for (int read = 0; read >= 0; read = from.getInputStream().read(piece)) {
        if (!silent) {
          to.getOutputStream().write(piece, 0, read);
        }
      }
    } catch (IOException cut) {
      open.remove(from);
    }
    if (!silent) {
      close(from);
      close(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    cut();
  }
}
