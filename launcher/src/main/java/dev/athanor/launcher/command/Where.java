package dev.athanor.launcher.command;

import dev.athanor.launcher.process.DataFolder;
import dev.athanor.launcher.process.Platform;
import dev.athanor.launcher.process.Ports;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/// Options that every command takes which touches a platform.
final class Where {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = ".athanor",
      description = "Folder that holds the platform's whole state (default: ${DEFAULT-VALUE}).")
  private Path data = Path.of(".athanor");

  Platform platform() {
    return new Platform(project(), folder());
  }

  DataFolder folder() {
    return new DataFolder(data);
  }

  /// The folder with the services, which the start script knows.
  static Path project() {
    return Path.of(System.getProperty("athanor.project", ".")).toAbsolutePath().normalize();
  }

  /// Options of the commands that start one.
  static final class Listening {
    @Option(
        names = "--port",
        paramLabel = "N",
        defaultValue = "8080",
        description =
            "The gateway's port, the only one that clients need (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
        names = "--base-port",
        paramLabel = "N",
        defaultValue = "18080",
        description =
            "First of ten ports for the services and servers behind it (default: ${DEFAULT-VALUE}).")
    private int base;

    Ports ports() {
      return new Ports(port, base);
    }
  }
}
