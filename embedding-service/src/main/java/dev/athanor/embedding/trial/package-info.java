/// Tries uploaded encoders before anybody may use them.
///
/// The registry says what waits ([dev.athanor.embedding.trial.TrialDesk] asks it); one instance
/// gets a version, for a time. The file is read as a file first (`graph`), and then run in a
/// process of its own, whose memory and time are bounded and which has none of this service's
/// secrets: a file can kill a native runtime, but not this one.
@NullMarked
package dev.athanor.embedding.trial;

import org.jspecify.annotations.NullMarked;
