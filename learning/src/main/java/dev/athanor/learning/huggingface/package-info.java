/// Language models in the folder layout that Hugging Face's libraries and most inference engines
/// read: `config.json`, `model.safetensors`, `tokenizer.json`.
@NullMarked
package dev.athanor.learning.huggingface;

import org.jspecify.annotations.NullMarked;
