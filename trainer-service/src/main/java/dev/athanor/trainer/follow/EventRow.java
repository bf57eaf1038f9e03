package dev.athanor.trainer.follow;

/// An event as it was written down.
///
/// @param kind the word that server-sent events carry
/// @param body JSON
public record EventRow(long sequence, String kind, String body) {}
