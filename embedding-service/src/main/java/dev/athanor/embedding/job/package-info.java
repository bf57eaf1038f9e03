/// Whole dataset versions embedded in the background, as a resource that can be followed, called
/// off and fetched.
///
/// A job is cut into parts of so many samples before it begins, so a part is a pure function of the
/// job and its number. A worker holds the job by a lease in its row, embeds one part after the
/// other as a bulk caller of the same queue that everybody uses, puts the part's files into the
/// object store, and then writes the row that makes the part count. Whoever takes the job over goes
/// on behind the last such row: nothing is done twice, nothing is left out.
@NullMarked
package dev.athanor.embedding.job;

import org.jspecify.annotations.NullMarked;
