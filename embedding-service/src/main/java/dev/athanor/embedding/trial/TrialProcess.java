package dev.athanor.embedding.trial;

import dev.athanor.platform.error.Problem;
import dev.athanor.preprocessing.process.BoundedJava;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.springframework.util.unit.DataSize;

/// Runs [TrialMain] in a process of its own, bounded in memory and in time, of the processor and by
/// our own clock. It gets no file but the trial's.
final class TrialProcess {
  private static final String LOG = "output.log";
  private static final String CRASH = "crash.log";
  private static final Pattern SIGNAL = Pattern.compile("#\\s+(SIG[A-Z]+) ");
  private static final int LOG_TAIL_BYTES = 4096;

  private final DataSize memory;
  private final Duration time;

  TrialProcess(TrialProperties properties) {
    this.memory = properties.memory();
    this.time = properties.time();
  }

  /// Tries what lies in `folder`, and is gone when this returns or throws.
  ///
  /// @param maxBatch of serving: images, or tokens of texts
  Verdict run(Path folder, int maxBatch) throws IOException, InterruptedException {
    var process =
        BoundedJava.of(memory.toKilobytes())
            .within(2 * time.toSeconds())
            .run(
                TrialMain.class,
                List.of(
                    "-XX:ErrorFile=" + folder.resolve(CRASH),
                    "-Djava.io.tmpdir=" + folder,
                    "-Dai.djl.onnx.disable_alternative=true"),
                List.of(folder.toString(), Integer.toString(maxBatch)))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(LOG).toFile())
            .start();
    try {
      return process.waitFor(time.toNanos(), TimeUnit.NANOSECONDS)
          ? verdict(process.exitValue(), folder)
          : new Verdict.Rejected(
              "time: no result after %s%s (expected: loaded and tried within that)"
                  .formatted(seconds(time), FullBatch.tried(folder)));
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  /// What the way in which the process ended says of the model.
  private Verdict verdict(int status, Path folder) throws IOException {
    var report = status == 0 ? TrialReport.read(folder) : null;
    if (report != null) {
      return report.figures() == null
          ? new Verdict.Rejected(String.valueOf(report.reason()))
          : new Verdict.Ready(report.figures());
    }
    var at = FullBatch.tried(folder);
    return switch (status) {
      // 128 and the signal's number, as a shell would say.
      case 128 + 4, 128 + 6, 128 + 7, 128 + 8, 128 + 11 ->
          new Verdict.Rejected(
              "crash: the process that ran it ended with %s%s (expected: a graph that ONNX Runtime runs, in at most %d MB of memory)"
                  .formatted(signal(status, folder), at, memory.toMegabytes()));
      case 128 + 24 ->
          new Verdict.Rejected(
              "time: more than %s of processor time%s (expected: loaded and tried within that)"
                  .formatted(seconds(time.multipliedBy(2)), at));
      // -XX:+ExitOnOutOfMemoryError
      case 3 ->
          new Verdict.Rejected(
              "memory: its inputs or outputs do not fit into the trial's memory%s (expected: some megabytes)"
                  .formatted(at));
      // Not by us, whose time is up above: by a person, or by the kernel for want of memory.
      case 128 + 9, 128 + 15 ->
          new Verdict.Undecided("the process that ran it was killed from outside");
      default -> unusual(status, tail(folder.resolve(LOG), false), at);
    };
  }

  /// The JVM itself may be the one that the bound on memory hits.
  private Verdict unusual(int status, String log, String at) {
    if (log.contains("insufficient memory for the Java Runtime")) {
      return new Verdict.Rejected(
          "memory: more than %d MB%s (expected: loaded and tried within that)"
              .formatted(memory.toMegabytes(), at));
    }
    var lines = log.strip().lines().toList();
    return new Verdict.Undecided(
        "the process that ran it ended with status %d: %s"
            .formatted(status, Problem.quote(lines.isEmpty() ? "no word" : lines.getLast())));
  }

  /// The JVM ends with SIGABRT after any crash, and writes down which it was.
  private static String signal(int status, Path folder) throws IOException {
    var names = Map.of(132, "SIGILL", 134, "SIGABRT", 135, "SIGBUS", 136, "SIGFPE", 139, "SIGSEGV");
    var crash = folder.resolve(CRASH);
    if (Files.exists(crash)) {
      var matcher = SIGNAL.matcher(tail(crash, true));
      if (matcher.find()) {
        return matcher.group(1);
      }
    }
    return names.getOrDefault(status, "status " + status);
  }

  private static String tail(Path file, boolean head) throws IOException {
    try (var stream = Files.newInputStream(file)) {
      stream.skipNBytes(head ? 0 : Math.max(0, Files.size(file) - LOG_TAIL_BYTES));
      return new String(stream.readNBytes(LOG_TAIL_BYTES), StandardCharsets.UTF_8);
    }
  }

  private static String seconds(Duration time) {
    return time.toSeconds() + " s";
  }
}
