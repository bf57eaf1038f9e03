/// The one definition of how an encoded image becomes a tensor, at training, evaluation and
/// serving, so that the three cannot drift apart.
///
/// - [ImageDecoder] turns JPEG, PNG, GIF or WebP bytes into an [Image] (uint8, rows of pixels), and
///   refuses what is truncated, corrupt or too large before it costs memory.
/// - [ImagePreprocessing] makes the view that evaluation and serving see: shorter side resized,
///   centre cropped; and normalises it into the float tensor that an encoder takes.
/// - [Resampler] is the antialiased bilinear resampling under both this and the training views.
@NullMarked
package dev.athanor.preprocessing;

import org.jspecify.annotations.NullMarked;
