/// Vectors that can be searched, as Lucene keeps them: immutable segments and a commit point that
/// names them.
///
/// The truth lies in the object store: a [dev.athanor.embedding.segment.Snapshot] lists the files
/// of one commit, each with its SHA-256, and never changes once written. A
/// [dev.athanor.embedding.segment.LocalCopy] is one process's files of a snapshot, and can be
/// thrown away at any time.
@NullMarked
package dev.athanor.embedding.segment;

import org.jspecify.annotations.NullMarked;
