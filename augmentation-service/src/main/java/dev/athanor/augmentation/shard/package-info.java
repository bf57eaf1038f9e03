/// Immutable shards: WebDataset tars (`000017.png` beside `000017.cls`) and the manifest that says
/// where each sample lies in them, so that a chunk of neighbouring samples is one range read.
@NullMarked
package dev.athanor.augmentation.shard;

import org.jspecify.annotations.NullMarked;
