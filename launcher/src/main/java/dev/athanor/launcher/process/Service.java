package dev.athanor.launcher.process;

import java.util.List;

/// The five services, each a process of its own.
public enum Service {
  GATEWAY("gateway", List.of("-Xmx384m", "-XX:TieredStopAtLevel=1")),
  AUGMENTATION("augmentation-service", List.of("-Xmx1g")),
  /// Every five minutes what malloc keeps and nobody uses goes back to the system.
  TRAINER(
      "trainer-service",
      List.of("-Xmx3g", "-XX:MaxDirectMemorySize=1g", "-XX:TrimNativeHeapInterval=300000")),
  /// Lucene compares vectors with the incubating vector module several times as fast.
  EMBEDDING("embedding-service", List.of("-Xmx768m", "--add-modules=jdk.incubator.vector")),
  PROMPT("prompt-service", List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"));

  private final String folder;
  private final List<String> jvmArguments;

  Service(String folder, List<String> jvmArguments) {
    this.folder = folder;
    this.jvmArguments = jvmArguments;
  }

  /// The service's folder in the project, which is its name everywhere.
  public String folder() {
    return folder;
  }

  List<String> jvmArguments() {
    return jvmArguments;
  }
}
