/// The embedding-service under load, beside ONNX Runtime called directly and beside the server that
/// a team would write in Python.
///
/// - `ServedPlatform` runs the service as it is shipped, in a process of its own, on an embedded
///   broker and object store, and publishes encoders to it as the registry does.
/// - A `Way` asks for one vector without waiting; `ClosedLoop` keeps so many questions open,
///   `OpenLoop` asks on a schedule and counts latencies from the scheduled moment, so that a slow
///   answer does not hide those behind it (coordinated omission).
/// - `ServingSpeed` and `Soak` are the commands `benchmarks/serving` and `benchmarks/soak`.
@NullMarked
package dev.athanor.benchmarks.serving;

import org.jspecify.annotations.NullMarked;
