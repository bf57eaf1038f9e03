/// `POST /v1/embeddings` as OpenAI's clients send it, with images too where the model reads images.
@NullMarked
package dev.athanor.embedding.openai;

import org.jspecify.annotations.NullMarked;
