package dev.athanor.augmentation.format;

/// A text, checked to be UTF-8 and not blank, without a byte order mark.
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
public record Text(byte[] utf8) implements Content {}
