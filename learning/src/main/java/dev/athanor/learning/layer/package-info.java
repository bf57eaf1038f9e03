/// Networks as data: a list of layers that training runs, ONNX export walks and checkpoints name
/// parameters by.
@NullMarked
package dev.athanor.learning.layer;

import org.jspecify.annotations.NullMarked;
