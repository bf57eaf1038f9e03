package dev.athanor.trainer.spec;

import dev.athanor.platform.name.Names;
import org.jspecify.annotations.Nullable;

/// @param version null for the latest that is ready
public record DatasetReference(String name, @Nullable Integer version) {
  public DatasetReference {
    Checks.present("name", name);
    Names.check("dataset", name);
    if (version != null) {
      Checks.atLeast(1, "version", version);
    }
  }
}
