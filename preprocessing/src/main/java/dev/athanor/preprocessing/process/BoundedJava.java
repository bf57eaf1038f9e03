package dev.athanor.preprocessing.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A Java process on this one's class path, bounded by what any Linux lets anybody bound: address
/// space and processor time by `ulimit`. It gets nothing of this process's environment but the way
/// to the native libraries, and is the first to go where the machine has no memory left
/// (`oom_score_adj`).
public final class BoundedJava {
  /// Where a bound cannot be set, nothing is started.
  private static final String BOUNDED =
      """
      set -e
      { echo 1000 > /proc/self/oom_score_adj; } 2> /dev/null || :
      ulimit -c 0
      ulimit -v "$1"
      ulimit -S -t "$2"
      ulimit -H -t "$3"
      shift 3
      exec "$@"
      """;

  private static final List<String> ENVIRONMENT = List.of("PATH", "LANG", "DJL_CACHE_DIR", "HOME");

  /// What a jar of jars needs to begin with another class than its manifest names.
  private static final String NESTED_LAUNCHER =
      "org.springframework.boot.loader.launch.PropertiesLauncher";

  private final List<String> limits;
  private final List<String> wrapper;

  private BoundedJava(List<String> limits, List<String> wrapper) {
    this.limits = limits;
    this.wrapper = wrapper;
  }

  /// @param memory KiB of address space, of which an idle process has about 1 GiB
  public static BoundedJava of(long memory) {
    return new BoundedJava(List.of(Long.toString(memory), "unlimited", "unlimited"), List.of());
  }

  /// With seconds of processor time after which it ends, and behind all other processes (`nice`).
  public BoundedJava within(long seconds) {
    return new BoundedJava(
        List.of(limits.getFirst(), Long.toString(seconds), Long.toString(seconds + 5)),
        List.of("nice", "-n", "10"));
  }

  /// To run the class's `main`.
  ///
  /// @param options of the JVM, beside those that keep it small
  public ProcessBuilder run(Class<?> main, List<String> options, List<String> arguments) {
    var command = new ArrayList<>(List.of("/bin/sh", "-c", BOUNDED, "bounded"));
    command.addAll(limits);
    command.addAll(wrapper);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:CompressedClassSpaceSize=64m",
            "-XX:ReservedCodeCacheSize=64m",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:-UsePerfData",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dai.djl.offline=true"));
    command.addAll(options);
    command.addAll(program(main));
    command.addAll(arguments);
    var builder = new ProcessBuilder(command);
    builder.environment().keySet().retainAll(ENVIRONMENT);
    builder.environment().put("MALLOC_ARENA_MAX", "2"); // each takes 64 MB of the address space
    return builder;
  }

  private static List<String> program(Class<?> main) {
    var classPath = System.getProperty("java.class.path");
    var source = main.getProtectionDomain().getCodeSource();
    boolean nested = source != null && source.getLocation().toString().contains("nested:");
    return nested
        ? List.of("-Dloader.main=" + main.getName(), "-cp", classPath, NESTED_LAUNCHER)
        : List.of("-cp", classPath, main.getName());
  }
}
