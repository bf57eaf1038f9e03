/// How samples become views: SimCLR's augmentations and masked tokens as pure functions of (seed,
/// epoch, sample, view).
///
/// [Views] renders images and [TokenViews] rows of tokens; everything else here serves them. What
/// the pixels are:
///
/// - The operations are torchvision's functional ones on float tensors, antialiased resize
///   included. A view is computed in floats from the crop to the blur, clamped where torchvision
///   clamps, and rounded once at the end, to the nearest value. So each operation agrees with
///   torchvision's on uint8 tensors within one level, and the whole chain with torchvision's on
///   floats within one. Pillow's operations were not the model: its hue has 256 steps and does not
///   come back to where it started after a full turn, and it cuts off fractions after every
///   operation, which darkens.
/// - Luma is 0.299, 0.587, 0.114 (ITU-R 601, as Pillow); torchvision's tensors use 0.2989, which
///   sums to 0.9999, so that grey would not be its own grey.
/// - Solarisation comes last and works on the rounded values: its threshold is an exact number.
/// - The arithmetic is plain Java (only decoding is native). Java's floating point is specified to
///   the bit, so augmenters on different processors make the same bytes, which a library that picks
///   its code by processor does not promise. The loops are written for the compiler to vectorise.
@NullMarked
package dev.athanor.augmentation.view;

import org.jspecify.annotations.NullMarked;
