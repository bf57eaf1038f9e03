package dev.athanor.embedding.embed;

import dev.athanor.embedding.caller.Caller;
import dev.athanor.embedding.deadline.Deadline;

/// Who asks, by which way, and until when.
public record Client(Caller caller, Protocol protocol, Deadline deadline) {}
