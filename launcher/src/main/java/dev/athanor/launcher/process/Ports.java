package dev.athanor.launcher.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.LinkedHashMap;
import java.util.Map;

/// Where everything listens, on loopback: the gateway on its own port, the rest on the ten ports
/// from `base` on.
public record Ports(int gateway, int base) {
  private static final int LAST = 65_535;

  public Ports {
    if (gateway < 1 || gateway > LAST) {
      throw new IllegalArgumentException("--port: %d (expected: 1..%d)".formatted(gateway, LAST));
    }
    if (base < 1 || base + 9 > LAST) {
      throw new IllegalArgumentException(
          "--base-port: %d (expected: 1..%d)".formatted(base, LAST - 9));
    }
  }

  public int http(Service service) {
    return service == Service.GATEWAY ? gateway : base + service.ordinal();
  }

  public int grpc() {
    return base + 5;
  }

  int kafka() {
    return base + 6;
  }

  int kafkaController() {
    return base + 7;
  }

  int postgres() {
    return base + 8;
  }

  int s3() {
    return base + 9;
  }

  public String url(Service service) {
    return "http://127.0.0.1:" + http(service);
  }

  /// Throws if something else listens on one of the ports, naming the port and what it is wanted
  /// for.
  public void requireFree() {
    all()
        .forEach(
            (name, port) -> {
              try (var socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
              } catch (IOException taken) {
                throw new IllegalStateException(
                    "port %d, wanted for %s, is taken by another program; choose others with --port and --base-port"
                        .formatted(port, name));
              }
            });
  }

  private Map<String, Integer> all() {
    var all = new LinkedHashMap<String, Integer>();
    for (var service : Service.values()) {
      all.put("the " + service.folder(), http(service));
    }
    all.put("gRPC", grpc());
    all.put("Kafka", kafka());
    all.put("Kafka's controller", kafkaController());
    all.put("PostgreSQL", postgres());
    all.put("the object store", s3());
    return all;
  }
}
