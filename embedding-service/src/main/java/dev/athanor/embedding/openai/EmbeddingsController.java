package dev.athanor.embedding.openai;

import dev.athanor.embedding.embed.EmbedProperties;
import dev.athanor.embedding.embed.Embedder;
import dev.athanor.platform.body.Bodies;
import dev.athanor.platform.error.Problem;
import dev.athanor.platform.openai.OpenAiShaped;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/// `POST /v1/embeddings`.
@RestController
@OpenAiShaped
@Tag(name = "embeddings")
class EmbeddingsController {
  private final Embedder embedder;
  private final EmbedProperties properties;
  private final JsonMapper json;

  EmbeddingsController(Embedder embedder, EmbedProperties properties, JsonMapper json) {
    this.embedder = embedder;
    this.properties = properties;
    this.json = json;
  }

  @PostMapping(path = "/v1/embeddings", consumes = MediaType.APPLICATION_JSON_VALUE)
  @Operation(
      summary = "Embed images, in OpenAI's shape",
      requestBody =
          @RequestBody(
              content = @Content(schema = @Schema(implementation = EmbeddingsRequest.class))))
  EmbeddingsResponse embeddings(HttpServletRequest body) {
    var request =
        json.readValue(Bodies.read(body, properties.bodyBytes()), EmbeddingsRequest.class);
    boolean asBase64 = request.asBase64();
    var found =
        embedder.embed(
            request.model() == null ? "" : request.model(), request.images(), embedder.longest());
    int dimensions = found.encoder().card().dimensions();
    if (request.dimensions() != null && request.dimensions() != dimensions) {
      throw Problem.badRequest(
          "dimensions: %d (expected: %d, the model's)".formatted(request.dimensions(), dimensions));
    }
    return EmbeddingsResponse.of(found.encoder().id(), found.rows(), asBase64);
  }
}
