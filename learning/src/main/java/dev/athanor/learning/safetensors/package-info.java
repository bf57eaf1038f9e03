/// Tensors by name in the safetensors file format, https://huggingface.co/docs/safetensors.
@NullMarked
package dev.athanor.learning.safetensors;

import org.jspecify.annotations.NullMarked;
