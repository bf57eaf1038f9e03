package dev.athanor.launcher.command;

import dev.athanor.launcher.demo.Demo;
import dev.athanor.launcher.demo.DemoObjective;
import dev.athanor.launcher.demo.Source;
import dev.athanor.launcher.process.Service;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description =
        "Runs the main job: ingests images or texts, trains an encoder, evaluates it, serves it.")
final class DemoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private Where where = new Where();
  @Mixin private Where.Listening listening = new Where.Listening();

  @Option(
      names = "--objective",
      paramLabel = "KIND",
      defaultValue = "simclr",
      description =
          "simclr, byol or vae on images, mlm or clm on texts (default: ${DEFAULT-VALUE}).")
  private String objective = "simclr";

  @Option(
      names = "--dataset",
      paramLabel = "PATH",
      description =
          "Your images (IDX files, CIFAR-10 binary, an archive or a folder) or texts (plain, CSV, TSV, JSON lines); default: generated ones.")
  private @Nullable Path dataset;

  @Option(
      names = "--test",
      paramLabel = "PATH",
      description = "The test split, where it lies apart.")
  private @Nullable Path test;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      description = "Minutes of training (default: 2.5, or 5 above 20,000 images).")
  private @Nullable Double minutes;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "42",
      description = "Same seed, same steps, same encoder (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (minutes != null && !(minutes > 0)) {
      throw new IllegalArgumentException("--minutes: %s (expected: > 0)".formatted(minutes));
    }
    var chosen = DemoObjective.of(objective);
    if (test != null && dataset == null) {
      throw new IllegalArgumentException(
          "--test: %s without --dataset (expected: both)".formatted(test));
    }
    var source =
        dataset != null
            ? Source.of(dataset, test, chosen.texts())
            : chosen.texts() ? Source.stories(seed) : Source.generated(seed);
    var out = spec.commandLine().getOut();
    var running = UpCommand.up(where.platform(), listening, out);
    var url = running.ports().url(Service.GATEWAY);
    new Demo(
            url,
            where.folder().root(),
            out,
            System.console() != null && System.console().isTerminal())
        .run(chosen, source, minutes, seed);
    return 0;
  }
}
