package dev.athanor.embedding.trial;

import java.util.List;

/// How another Java process is started on this one's class path.
final class JavaProgram {
  /// What a jar of jars needs to begin with another class than its manifest names.
  private static final String NESTED_LAUNCHER =
      "org.springframework.boot.loader.launch.PropertiesLauncher";

  private JavaProgram() {}

  /// Arguments for `java` that run the class's `main`.
  static List<String> of(Class<?> main) {
    var classPath = System.getProperty("java.class.path");
    var source = main.getProtectionDomain().getCodeSource();
    boolean nested = source != null && source.getLocation().toString().contains("nested:");
    return nested
        ? List.of("-Dloader.main=" + main.getName(), "-cp", classPath, NESTED_LAUNCHER)
        : List.of("-cp", classPath, main.getName());
  }
}
