/// How good an encoder is: figures while it trains, and a table at the end. Looks at the network,
/// never changes it, and nothing of what it finds flows back into training.
@NullMarked
package dev.athanor.trainer.evaluation;

import org.jspecify.annotations.NullMarked;
