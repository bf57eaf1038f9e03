/// How pictures of figures look.
@NullMarked
package dev.athanor.trainer.chart;

import org.jspecify.annotations.NullMarked;
