package dev.athanor.embedding.job;

import org.jspecify.annotations.Nullable;

/// What a caller asks for.
///
/// @param model `name`, `name@alias` or `name@version`; the version is fixed when the job is made
/// @param dataset its name
/// @param version the newest by default
/// @param split `train` or `test`; all by default
/// @param format `parquet` (the default), `npy` or `both`
record NewJob(
    @Nullable String model,
    @Nullable String dataset,
    @Nullable Integer version,
    @Nullable String split,
    @Nullable JobFormat format) {}
