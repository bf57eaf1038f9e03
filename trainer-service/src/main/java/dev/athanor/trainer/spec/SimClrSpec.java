package dev.athanor.trainer.spec;

import dev.athanor.learning.encoder.ProjectionHead;
import dev.athanor.learning.objective.NtXent;
import dev.athanor.learning.objective.Objective;
import dev.athanor.learning.objective.SimClr;

/// `simclr`.
public record SimClrSpec(double temperature, ProjectionHead projection)
    implements ImageObjectiveSpec {
  public SimClrSpec {
    Checks.present("projection", projection);
    new NtXent(temperature);
  }

  @Override
  public String kind() {
    return "simclr";
  }

  @Override
  public Objective objective(int channels, int size, int classes) {
    return new SimClr(new NtXent(temperature), projection);
  }
}
