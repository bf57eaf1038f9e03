/// Images in, vectors out: the one domain type that every adapter calls, its bounds, and the gRPC
/// adapter of `athanor.embedding.v1`.
///
/// A call is admitted or refused at once ([dev.athanor.embedding.batching.Places]); its images are
/// decoded and normalised on threads of their own while others are inferred (`Preparation`); each
/// goes to the [dev.athanor.embedding.batching.Batcher] when it is ready. Nobody waits on a thread
/// but REST's adapters, on virtual ones, and those look after their caller meanwhile.
@NullMarked
package dev.athanor.embedding.embed;

import org.jspecify.annotations.NullMarked;
