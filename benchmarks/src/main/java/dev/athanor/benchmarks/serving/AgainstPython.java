package dev.athanor.benchmarks.serving;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;

/// Side by side with FastAPI and PyTorch, which serve the same weights: as a team would first write
/// it, and with a process a core.
final class AgainstPython {
  private static final int PORT = 11;
  private static final float TOLERANCE = 1e-4f;

  /// Questions that are open at a time, and how long each way is asked.
  record Pressure(int open, Duration length) {}

  private AgainstPython() {}

  static void measure(Bench bench, Published encoder, Pressure pressure, double aim)
      throws OrtException, IOException, InterruptedException {
    int cores = Runtime.getRuntime().availableProcessors();
    int port = bench.platform().grpcPort() + PORT;
    var log = bench.data().resolve("peer-" + encoder.name());
    try (var plain =
            PythonPeer.start(
                bench.project(),
                log.resolveSibling(log.getFileName() + "-1.log"),
                encoder,
                port,
                1,
                0);
        var several =
            PythonPeer.start(
                bench.project(),
                log.resolveSibling(log.getFileName() + "-2.log"),
                encoder,
                port + 1,
                cores,
                1)) {
      check(bench, encoder, plain);
      check(bench, encoder, several);
      compare(bench, encoder, plain, several, pressure, aim);
    }
  }

  private static void check(Bench bench, Published encoder, PythonPeer peer)
      throws OrtException, IOException, InterruptedException {
    try (var bare = new Bare(encoder)) {
      for (int i = 0; i < 8; i++) {
        var ours = bare.vector(bench.pictures().tensors().get(i));
        var theirs = peer.vector(bench.pictures().files().get(i));
        for (int d = 0; d < ours.length; d++) {
          if (!(Math.abs(ours[d] - theirs[d]) <= TOLERANCE * Math.max(1, Math.abs(ours[d])))) {
            throw new IllegalStateException(
                "the peer's vector[%d] is %s (expected: %s)".formatted(d, theirs[d], ours[d]));
          }
        }
      }
    }
  }

  private static void compare(
      Bench bench,
      Published encoder,
      PythonPeer plain,
      PythonPeer several,
      Pressure pressure,
      double aim)
      throws InterruptedException {
    var files = bench.pictures().files();
    var ways = new LinkedHashMap<String, Way>();
    ways.put("gRPC", bench.grpc(encoder));
    ways.put("raw REST, bytes", bench.raw(encoder));
    ways.put("raw REST, JSON", bench.json(encoder));
    ways.put("FastAPI, one process", HttpWay.json(plain.address(), files));
    ways.put("FastAPI, a process a core", HttpWay.json(several.address(), files));
    var found = new Rounds();
    try {
      for (int round = 0; round < bench.rounds(); round++) {
        for (var way : ways.entrySet()) {
          var load =
              Bench.checked(
                  ClosedLoop.run(
                      way.getValue(), pressure.open(), Bench.WARM_UP, pressure.length()));
          found.add(way.getKey(), load.vectorsPerSecond());
        }
        bench.report().say("round %d: %s".formatted(round + 1, found));
      }
    } finally {
      ways.values().forEach(Way::close);
    }
    for (var way : ways.keySet()) {
      bench.report().state(encoder.name() + ", " + way, found.median(way), "images/s");
    }
    double peer = found.median("FastAPI, one process");
    double best = Math.max(peer, found.median("FastAPI, a process a core"));
    for (var way : List.of("gRPC", "raw REST, bytes", "raw REST, JSON")) {
      double ours = found.median(way);
      var what = "%s, %s, against FastAPI".formatted(encoder.name(), way);
      if (aim > 0) {
        bench.report().atLeast(what, ours / peer, "times", aim);
      } else {
        bench.report().state(what, ours / peer, "times");
      }
      bench.report().state(what + " with a process a core", ours / best, "times");
    }
  }
}
