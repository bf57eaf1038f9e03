/// The Open Inference Protocol, version 2 (KServe, Triton), over REST and gRPC, with its binary
/// tensor extension. A caller sends the graph's own inputs, or what we make them of:
///
/// - of images the graph's as its card names it, FP32 `(N, C, H, W)`, preprocessed by the caller;
///   or `encoded_images`, BYTES `(N)`, image files, preprocessed here as the card says;
/// - of texts the graph's `input_ids` and `attention_mask`, INT64 `(N, T)`; or `text`, BYTES `(N)`,
///   tokenised here.
///
/// Its output is FP32 `(N, D)`.
@NullMarked
package dev.athanor.embedding.inference;

import org.jspecify.annotations.NullMarked;
