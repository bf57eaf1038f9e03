package dev.athanor.learning.evaluation;

/// The rows of a bank that are nearest to one query, nearest first.
///
/// @param rows numbers of rows in the bank
/// @param similarities cosines, as many, falling
@SuppressWarnings("ArrayRecordComponent") // read in loops over tens of thousands of queries
public record Neighbours(int[] rows, float[] similarities) {}
