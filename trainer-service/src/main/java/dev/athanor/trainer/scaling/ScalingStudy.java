package dev.athanor.trainer.scaling;

import dev.athanor.learning.scaling.ScalingFit;
import java.util.List;

/// A sweep's laws, and what they were fitted to.
///
/// @param name of the model that the sweep trained
record ScalingStudy(String name, List<Finding> findings, ScalingFit fit, long seed) {
  ScalingStudy {
    findings = List.copyOf(findings);
  }
}
