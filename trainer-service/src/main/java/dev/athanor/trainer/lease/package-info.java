/// Who owns a run or a mailbox.
///
/// A lease is three columns of the row that it protects: `owner`, `fence` and `renewals`. Its owner
/// raises `renewals` every second. Everybody else takes it over only after having seen the same
/// `(fence, renewals)` for the whole time to live *by their own monotonic clock*, so no two clocks
/// are ever compared and no wall clock matters. The owner counts its own time from the moment
/// before a renewal was sent, so it gives up earlier than anybody can take over.
///
/// The fence grows with every take. A write by a worker names the fence that it holds, and a write
/// with an old one changes no row: that, and not the time, is what keeps a slow worker from
/// spoiling the work of its successor.
///
/// Whoever gives a row back leaves no owner in it. So a take that finds one knows that the last
/// owner died, and counts that: work that kills its workers ends in the end, and work that is given
/// back, however often, does not.
@NullMarked
package dev.athanor.trainer.lease;

import org.jspecify.annotations.NullMarked;
