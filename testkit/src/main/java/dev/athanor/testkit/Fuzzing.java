package dev.athanor.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Runs a parser on what Jazzer makes of a few good inputs, led by the branches that it reaches, in
/// a process of its own: whatever the parser throws that its target does not allow, an input that
/// takes more than a minute, memory that grows without bound and a crash of native code all end
/// that process, and its last words hold the input in base64.
///
/// The suite makes the same inputs every time, for the seed is fixed; `-Dathanor.fuzz.seconds=600`
/// goes on for so long instead, from another seed.
public final class Fuzzing {
  public static final String SECONDS = "athanor.fuzz.seconds";

  /// The fewest inputs that a parser is tried on.
  public static final int RUNS = 3000;

  private static final long SEED = 7;

  /// The first input loads and instruments the classes, at the pace of a busy machine.
  private static final int LONGEST_INPUT_SECONDS = 60;

  private static final int MOST_MEMORY_MIB = 2000;

  private Fuzzing() {}

  /// @param target has a public static `fuzzerTestOneInput` that takes bytes or a
  ///   `FuzzedDataProvider`
  /// @param folder for inputs and findings
  /// @param good inputs to begin with
  public static void run(Class<?> target, Path folder, List<byte[]> good)
      throws IOException, InterruptedException {
    run(target, folder, good, RUNS);
  }

  /// @param runs inputs that the suite tries
  /// @return what the process said
  public static String run(Class<?> target, Path folder, List<byte[]> good, int runs)
      throws IOException, InterruptedException {
    var inputs = Files.createDirectories(folder.resolve("inputs"));
    for (int i = 0; i < good.size(); i++) {
      Files.write(inputs.resolve("good-" + i), good.get(i));
    }
    var log = folder.resolve("fuzzing.log");
    long seconds = Long.getLong(SECONDS, 0);
    var process =
        new ProcessBuilder(command(target, folder, inputs, seconds, runs))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    boolean ended = process.waitFor(seconds + 300, TimeUnit.SECONDS);
    process.destroyForcibly();
    var said = Files.readString(log, StandardCharsets.ISO_8859_1);
    assertThat(ended).as("ended in time: %s", said).isTrue();
    assertThat(process.exitValue()).as("%s", said).isZero();
    assertThat(runs(said)).as("inputs tried: %s", said).isGreaterThanOrEqualTo(RUNS);
    return said;
  }

  private static List<String> command(
      Class<?> target, Path folder, Path inputs, long seconds, int runs) {
    var classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+EnableDynamicAgentLoading",
                "-Dai.djl.offline=true",
                "-cp",
                classPath,
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.getName(),
                "--instrumentation_includes=dev.athanor.**",
                "--custom_hook_includes=dev.athanor.**",
                "--reproducer_path=" + folder,
                "-artifact_prefix=" + folder + "/",
                "-print_final_stats=1",
                "-timeout=" + LONGEST_INPUT_SECONDS,
                "-rss_limit_mb=" + MOST_MEMORY_MIB));
    if (seconds > 0) {
      command.add("-max_total_time=" + seconds);
    } else {
      // Most of a short run is start-up, which the quick compiler shortens.
      command.add(1, "-XX:TieredStopAtLevel=1");
      command.addAll(List.of("-runs=" + runs, "-seed=" + SEED));
    }
    command.add(inputs.toString());
    return command;
  }

  private static long runs(String said) {
    var statistic = "stat::number_of_executed_units:";
    return Arrays.stream(said.split("\n", -1))
        .filter(line -> line.startsWith(statistic))
        .mapToLong(line -> Long.parseLong(line.substring(statistic.length()).strip()))
        .sum();
  }
}
