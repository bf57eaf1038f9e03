package dev.athanor.launcher.command;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "down",
    mixinStandardHelpOptions = true,
    description = "Stops everything. What was stored stays.")
final class DownCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private Where where = new Where();

  @Override
  public Integer call() throws IOException, InterruptedException, TimeoutException {
    var stopped = where.platform().down();
    spec.commandLine().getOut().println(stopped ? "Athanor is down." : "Athanor was not up.");
    return 0;
  }
}
