/// What is published when a run has finished: the encoder's files and the card that describes them,
/// from which a server knows everything that it needs.
@NullMarked
package dev.athanor.learning.card;

import org.jspecify.annotations.NullMarked;
