/// Long work that rows ask for: [dev.athanor.augmentation.lease.LeasedRows] hands it out under a
/// lease with a fence, so that of several instances one does it;
/// [dev.athanor.augmentation.lease.LeasedWork] does a piece, tries it again or gives it up;
/// [dev.athanor.augmentation.lease.WorkLoop] looks for pieces. Whoever holds a
/// [dev.athanor.augmentation.lease.Lease] renews it, and knows by its own clock when it has lost
/// it.
@NullMarked
package dev.athanor.augmentation.lease;

import org.jspecify.annotations.NullMarked;
