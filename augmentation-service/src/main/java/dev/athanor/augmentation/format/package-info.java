/// The formats in which datasets come, one class each, told apart by content: IDX, CIFAR-10 binary,
/// images or texts in the folders of a tar, tar.gz or zip, WebDataset tars, CSV, TSV, JSON lines.
///
/// Nothing is trusted: sizes, ratios and paths are checked before they are used, and what is wrong
/// is a problem that names the file, the entry and what was expected.
@NullMarked
package dev.athanor.augmentation.format;

import org.jspecify.annotations.NullMarked;
