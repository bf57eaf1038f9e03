/// `POST /v1/embeddings` as OpenAI's clients send it, with images where they send text.
@NullMarked
package dev.athanor.embedding.openai;

import org.jspecify.annotations.NullMarked;
