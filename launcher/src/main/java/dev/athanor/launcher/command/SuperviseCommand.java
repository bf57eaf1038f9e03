package dev.athanor.launcher.command;

import dev.athanor.launcher.process.Supervisor;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "supervise",
    mixinStandardHelpOptions = true,
    hidden = true,
    description = "What `up` runs in the background.")
final class SuperviseCommand implements Callable<Integer> {
  @Mixin private Where where = new Where();
  @Mixin private Where.Listening listening = new Where.Listening();

  @Override
  public Integer call() throws InterruptedException {
    new Supervisor(Where.project(), where.folder(), listening.ports()).run();
    return 0;
  }
}
