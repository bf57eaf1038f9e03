package dev.athanor.trainer.spec;

import dev.athanor.learning.encoder.ProjectionHead;
import dev.athanor.learning.objective.NtXent;
import dev.athanor.learning.objective.Objective;
import dev.athanor.learning.objective.SimClr;

/// What to minimise. The objects of `learning` check their own numbers.
public record ObjectiveSpec(String kind, double temperature, ProjectionHead projection) {
  public ObjectiveSpec {
    Checks.that("simclr".equals(kind), "kind", kind, "simclr");
    Checks.present("projection", projection);
    new NtXent(temperature);
  }

  public Objective objective() {
    return new SimClr(new NtXent(temperature), projection);
  }
}
