/// What tests share: the real servers, started once a JVM; small data sets; where real data lies.
@NullMarked
package dev.athanor.testkit;

import org.jspecify.annotations.NullMarked;
