/// What can be asked for a vector or a text right now, in the shape of OpenAI's list of models.
@NullMarked
package dev.athanor.gateway.catalogue;

import org.jspecify.annotations.NullMarked;
