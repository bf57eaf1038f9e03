package dev.athanor.augmentation.format;

import dev.athanor.augmentation.shard.Split;
import org.jspecify.annotations.Nullable;

/// A file that a caller uploaded for a dataset version.
///
/// @param split the one that the caller uploaded it to; null where the file itself is to say
public record StagedFile(@Nullable Split split, Blob blob) {}
