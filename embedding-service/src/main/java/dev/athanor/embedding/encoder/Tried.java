package dev.athanor.embedding.encoder;

/// What a forward pass of one input took, alone, when its encoder was loaded.
///
/// @param nanos by the [PassClock]: others may load beside it
public record Tried(Prepared input, long nanos) {}
