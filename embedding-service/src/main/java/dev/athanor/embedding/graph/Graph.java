package dev.athanor.embedding.graph;

import java.util.List;

/// What a file says of itself.
///
/// @param irVersion of the format
/// @param operatorSet of ONNX's own operators; 0 where the file names none
/// @param inputs without those that have a value in the file
/// @param nodes of the graph, its subgraphs and functions
record Graph(
    long irVersion,
    long operatorSet,
    List<GraphValue> inputs,
    List<GraphValue> outputs,
    int nodes) {}
