/// What training minimises: each objective is a record of its hyper-parameters, checks and formula.
@NullMarked
package dev.athanor.learning.objective;

import org.jspecify.annotations.NullMarked;
