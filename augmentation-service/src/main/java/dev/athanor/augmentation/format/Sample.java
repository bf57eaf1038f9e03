package dev.athanor.augmentation.format;

import dev.athanor.augmentation.shard.Split;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// One image or text of a dataset while it is being read.
///
/// @param name where it stands, for messages: `train.tar: entry "cat/7.jpg"`
/// @param split null where neither the caller nor the file says
/// @param label the class's name, null where there is none
/// @param source gives the content, once, and only while the sample is being visited
public record Sample(String name, @Nullable Split split, @Nullable String label, Source source) {

  @FunctionalInterface
  public interface Source {
    Content read() throws IOException;
  }

  @FunctionalInterface
  public interface Visitor {
    void visit(Sample sample) throws IOException;
  }
}
