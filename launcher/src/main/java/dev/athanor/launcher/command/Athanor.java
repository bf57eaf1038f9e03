package dev.athanor.launcher.command;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// `./athanor`.
@Command(
    name = "athanor",
    mixinStandardHelpOptions = true,
    description =
        "Representation learning on one machine: unlabelled data in, a frozen encoder out.",
    subcommands = {
      DemoCommand.class,
      UpCommand.class,
      DownCommand.class,
      StatusCommand.class,
      LogsCommand.class,
      VersionCommand.class,
      SuperviseCommand.class,
      CommandLine.HelpCommand.class
    })
public final class Athanor {
  private Athanor() {}

  /// Exits 0 when the command did its work, 1 when it could not, 2 when it was not understood.
  public static void main(String[] arguments) {
    System.setOut(new PrintStream(System.out, true, StandardCharsets.UTF_8));
    var line = new CommandLine(new Athanor());
    line.setExecutionExceptionHandler(
        (failure, command, _) -> {
          command.getErr().println("athanor: " + reason(failure));
          return 1;
        });
    System.exit(arguments.length == 0 ? line.execute("help") : line.execute(arguments));
  }

  private static String reason(Throwable failure) {
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }
}
