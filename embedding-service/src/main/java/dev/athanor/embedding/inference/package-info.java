/// The Open Inference Protocol, version 2 (KServe, Triton), over REST and gRPC, with its binary
/// tensor extension. A model has two inputs, of which a caller sends one:
///
/// - the encoder's own, as its card names it: FP32 `(N, C, H, W)`, preprocessed by the caller;
/// - `encoded_images`: BYTES `(N)`, JPEG or PNG files, preprocessed here as the card says.
///
/// Its output is FP32 `(N, D)`.
@NullMarked
package dev.athanor.embedding.inference;

import org.jspecify.annotations.NullMarked;
