/// Tokenizers, and what they make of dataset versions.
///
/// A tokenizer is a `tokenizer.json` in the object store and a row: the built-in `bytes`, one that
/// was trained on a dataset, or one that was uploaded. A token index is the tokens of a dataset
/// version by one tokenizer, beside the version's shards: all documents of a split as one stream of
/// ids, and where each begins. It is built once, in the background, and can be seen once its row
/// says READY.
@NullMarked
package dev.athanor.augmentation.token;

import org.jspecify.annotations.NullMarked;
