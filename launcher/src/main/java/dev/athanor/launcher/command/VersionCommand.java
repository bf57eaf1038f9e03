package dev.athanor.launcher.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "version", mixinStandardHelpOptions = true, description = "Prints the version.")
final class VersionCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    var version = VersionCommand.class.getPackage().getImplementationVersion();
    spec.commandLine()
        .getOut()
        .printf(
            "athanor %s, Java %s%n",
            version == null ? "(not packaged)" : version, Runtime.version());
    return 0;
  }
}
