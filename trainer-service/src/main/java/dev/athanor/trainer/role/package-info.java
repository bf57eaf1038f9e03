/// The two roles of this service's one image, chosen by `athanor.trainer.roles`.
@NullMarked
package dev.athanor.trainer.role;

import org.jspecify.annotations.NullMarked;
