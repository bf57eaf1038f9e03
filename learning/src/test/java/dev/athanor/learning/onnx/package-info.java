@NullMarked
package dev.athanor.learning.onnx;

import org.jspecify.annotations.NullMarked;
