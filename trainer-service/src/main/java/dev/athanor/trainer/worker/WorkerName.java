package dev.athanor.trainer.worker;

/// This process in the rows that it holds: for people, and so that a renewal is surely our own.
record WorkerName(String value) {}
