/// Frozen encoders on ONNX Runtime: fetched and verified, loaded once for all who ask, bounded in
/// number, let go when nobody may use them any more. All that is known of DJL stays in here.
@NullMarked
package dev.athanor.embedding.encoder;

import org.jspecify.annotations.NullMarked;
