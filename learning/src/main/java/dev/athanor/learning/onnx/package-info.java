/// A trained network as an ONNX file, which any runtime can execute without this project.
@NullMarked
package dev.athanor.learning.onnx;

import org.jspecify.annotations.NullMarked;
