/// Reads what an ONNX file says of itself, before anything native sees the file.
///
/// The file is somebody else's. It is walked as a stream, field by field, by the wire format alone:
/// weights are skipped, names are bounded, subgraphs are counted and nest no deeper than they may.
/// So a file costs a pass over its bytes, whatever it holds.
@NullMarked
package dev.athanor.embedding.graph;

import org.jspecify.annotations.NullMarked;
