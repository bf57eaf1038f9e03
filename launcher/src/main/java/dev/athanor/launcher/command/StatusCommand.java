package dev.athanor.launcher.command;

import dev.athanor.launcher.process.Health;
import dev.athanor.launcher.process.Service;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Shows what runs; exits 1 unless everything is ready.")
final class StatusCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private Where where = new Where();

  @Override
  public Integer call() throws InterruptedException {
    var out = spec.commandLine().getOut();
    var running = where.platform().running();
    if (running.isEmpty()) {
      out.println("Athanor is not up (state in " + where.folder().root() + ").");
      return 1;
    }
    var health = new Health(running.get().ports());
    boolean allReady = true;
    out.printf("%-22s %-10s %-8s %s%n", "SERVICE", "STATE", "PID", "URL");
    for (var service : Service.values()) {
      var process = running.get().children().get(service.folder());
      boolean alive = process != null && process.handle().isPresent();
      boolean ready = alive && health.ready(service);
      allReady &= ready;
      out.printf(
          "%-22s %-10s %-8s %s%n",
          service.folder(),
          ready ? "ready" : alive ? "starting" : "down",
          process != null && alive ? Long.toString(process.pid()) : "-",
          running.get().ports().url(service));
    }
    return allReady ? 0 : 1;
  }
}
