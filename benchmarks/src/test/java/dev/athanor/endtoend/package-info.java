/// The whole platform, end to end: the five services as processes of their own, started from the
/// jars that are shipped, against the very servers that the launcher embeds.
@NullMarked
package dev.athanor.endtoend;

import org.jspecify.annotations.NullMarked;
