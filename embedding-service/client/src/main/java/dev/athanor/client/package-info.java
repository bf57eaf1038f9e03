/// Calls the embedding-service over gRPC: [dev.athanor.client.EmbeddingClient] sends images and
/// gets vectors, within a deadline, and tries again where that can help.
///
/// ```java
/// var options = ClientOptions.plaintext("127.0.0.1:18085").as("nightly-index", Priority.BULK);
/// try (var client = new EmbeddingClient(options)) {
///   float[] vector = client.embed("simclr-shapes", Path.of("image.png"));
/// }
/// ```
///
/// Everything that goes wrong at the service or on the way to it is an
/// [dev.athanor.client.EmbeddingException].
@NullMarked
package dev.athanor.client;

import org.jspecify.annotations.NullMarked;
