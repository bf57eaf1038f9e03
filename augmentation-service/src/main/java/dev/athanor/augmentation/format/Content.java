package dev.athanor.augmentation.format;

/// What a sample holds.
public sealed interface Content permits Picture, Text {}
