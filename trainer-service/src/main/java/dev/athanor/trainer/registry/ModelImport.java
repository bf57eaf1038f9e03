package dev.athanor.trainer.registry;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.athanor.trainer.file.StoredFile;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An import as callers see it.
///
/// @param model that the text encoder becomes a version of; the language model's is named after it
/// @param reason why it failed or was called off; null otherwise
/// @param phase what is being done; null before and after
/// @param files that were brought
/// @param published the versions that it made, as `name@3`
/// @param prefix of these files in the bucket
record ModelImport(
    String id,
    String model,
    ImportState state,
    @Nullable String reason,
    @Nullable String phase,
    List<StoredFile> files,
    List<String> published,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    @JsonIgnore String prefix) {}
