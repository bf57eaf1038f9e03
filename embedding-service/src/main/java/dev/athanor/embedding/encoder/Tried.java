package dev.athanor.embedding.encoder;

/// What a forward pass of one input took, alone, when its encoder was loaded.
public record Tried(Prepared input, long nanos) {}
