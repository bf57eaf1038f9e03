/// The servers of a whole platform on one machine: PostgreSQL, Kafka and S3, each over a folder of
/// its own and durable: what was acknowledged is there after a kill -9.
@NullMarked
package dev.athanor.launcher.embedded;

import org.jspecify.annotations.NullMarked;
