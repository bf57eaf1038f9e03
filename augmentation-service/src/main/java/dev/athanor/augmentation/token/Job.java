package dev.athanor.augmentation.token;

/// A claim on work.
///
/// @param id of the row
/// @param fence higher than that of every earlier claim
/// @param attempt 1, 2, 3 …
record Job(String id, long fence, int attempt) {}
