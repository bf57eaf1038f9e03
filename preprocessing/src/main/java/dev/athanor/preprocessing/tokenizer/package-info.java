/// Tokenizers as standard `tokenizer.json` files, read by Hugging Face's own library: the one
/// definition of how a text becomes token ids, at training, evaluation and serving.
///
/// - [Tokenizer] loads a file, ours or anybody's, and encodes with it: in this process where
///   [Harmless] says so, else in a [LibraryProcess].
/// - [ByteLevel] writes the file of a byte-level tokenizer: the built-in one of single bytes, or
///   one with merges.
/// - [BytePairTrainer] learns the merges from documents.
@NullMarked
package dev.athanor.preprocessing.tokenizer;

import org.jspecify.annotations.NullMarked;
