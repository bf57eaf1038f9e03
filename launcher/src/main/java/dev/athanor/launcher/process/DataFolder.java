package dev.athanor.launcher.process;

import java.nio.file.Path;

/// What lies where below the folder that holds a platform's whole state.
public record DataFolder(Path root) {
  public DataFolder {
    root = root.toAbsolutePath().normalize();
  }

  Path postgres() {
    return root.resolve("postgres");
  }

  Path kafka() {
    return root.resolve("kafka");
  }

  Path s3() {
    return root.resolve("objects");
  }

  /// Natives that libraries unpack, kept between starts.
  Path natives() {
    return root.resolve("natives");
  }

  Path application(Service service) {
    return root.resolve("applications").resolve(service.folder());
  }

  public Path log(String name) {
    return root.resolve("logs").resolve(name + ".log");
  }

  /// Who runs, written by the supervisor.
  Path record() {
    return root.resolve("running.json");
  }
}
