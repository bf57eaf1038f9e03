package dev.athanor.trainer.spec;

/// Where a run's encoder starts, other than at random.
///
/// @param model a published encoder, `name@3`; a stored spec names its version by number
public record InitialSpec(String model) {
  public InitialSpec {
    Checks.present("model", model);
    ModelReference.of("initial.model", model);
  }
}
