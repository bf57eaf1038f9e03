/// What callers say about augmentation, in JSON or YAML, and what it means on the wire.
///
/// [AugmentationSettings] is the document: every field may be left out and then has the default of
/// the SimCLR paper. [ViewSettings] is one view's augmentation with every field filled in and
/// checked; views are rendered from it.
@NullMarked
package dev.athanor.platform.augmentation;

import org.jspecify.annotations.NullMarked;
