/// How good a frozen encoder's embeddings are: what they give away about labels
/// ([KNearestNeighbours], [LinearProbe]) and whether they still differ at all ([CollapseFigures]).
///
/// Embeddings come and results go as plain arrays. Nothing here sees a network, so nothing here can
/// change one. Results are bit-identical for one number of threads of the engine.
@NullMarked
package dev.athanor.learning.evaluation;

import org.jspecify.annotations.NullMarked;
