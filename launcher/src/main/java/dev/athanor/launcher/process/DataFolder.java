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

  /// The services, unpacked, and the classes that they have loaded.
  public Path applications() {
    return root.resolve("applications");
  }

  Path application(Service service) {
    return applications().resolve(service.folder());
  }

  public Path log(String name) {
    return root.resolve("logs").resolve(name + ".log");
  }

  /// Who runs, written by the supervisor.
  Path record() {
    return root.resolve("running.json");
  }
}
