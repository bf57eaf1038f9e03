package dev.athanor.launcher.command;

import dev.athanor.launcher.process.Platform;
import dev.athanor.launcher.process.Running;
import dev.athanor.launcher.process.Service;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = "Starts everything and waits until it is ready.")
final class UpCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private Where where = new Where();
  @Mixin private Where.Listening listening = new Where.Listening();

  @Override
  public Integer call() throws IOException, InterruptedException {
    var out = spec.commandLine().getOut();
    var running = where.platform().running().filter(Running::up);
    if (running.isPresent()) {
      out.println("Athanor is up already: " + running.get().ports().url(Service.GATEWAY));
      return 0;
    }
    var started = up(where.platform(), listening, out);
    out.println("Athanor is up: " + started.ports().url(Service.GATEWAY));
    out.println(
        "Stop it with ./athanor down; look into it with ./athanor status and ./athanor logs SERVICE.");
    return 0;
  }

  /// The running platform, started if need be, with a line of progress for each part.
  static Running up(Platform platform, Where.Listening listening, PrintWriter out)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    Consumer<String> progress =
        line -> {
          out.printf("  %3d s  %s%n", (System.nanoTime() - begin) / 1_000_000_000L, line);
          out.flush();
        };
    var running = platform.settled(progress);
    if (running.isPresent()) {
      return running.get();
    }
    out.println("Starting Athanor; its state is kept in " + platform.folder().root());
    return platform.up(listening.ports(), progress);
  }
}
