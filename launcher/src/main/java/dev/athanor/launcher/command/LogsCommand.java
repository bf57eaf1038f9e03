package dev.athanor.launcher.command;

import dev.athanor.launcher.process.Service;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "logs",
    mixinStandardHelpOptions = true,
    description = "Prints a service's log, each line with the service's name.")
final class LogsCommand implements Callable<Integer> {
  private static final String SUPERVISOR = "supervisor";

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private Where where = new Where();

  @Parameters(
      paramLabel = "SERVICE",
      description = "gateway, augmentation-service, trainer-service, … or supervisor.")
  private String service = SUPERVISOR;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on printing what is added.")
  private boolean follow;

  @Override
  public Integer call() throws IOException, InterruptedException {
    var known =
        Stream.concat(Stream.of(SUPERVISOR), Arrays.stream(Service.values()).map(Service::folder))
            .collect(Collectors.toSet());
    if (!known.contains(service)) {
      throw new IllegalArgumentException(
          "SERVICE: %s (expected: one of %s)".formatted(service, known));
    }
    var file = where.folder().log(service);
    if (!Files.exists(file)) {
      throw new IllegalStateException("%s has not written a log yet (%s)".formatted(service, file));
    }
    var out = spec.commandLine().getOut();
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      while (true) {
        var line = lines.readLine();
        if (line != null) {
          out.printf("%s | %s%n", service, line);
        } else if (follow) {
          out.flush();
          Thread.sleep(200);
        } else {
          return 0;
        }
      }
    }
  }
}
