package dev.athanor.embedding.job;

/// A file that a job has made.
///
/// @param name that it is fetched by
/// @param key in the object store
/// @param samples in it
/// @param sha256 lower-case hexadecimal
record PartFile(String name, String key, long samples, long bytes, String sha256) {}
