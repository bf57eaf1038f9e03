package dev.athanor.embedding.openai;

import dev.athanor.embedding.embed.Clients;
import dev.athanor.embedding.embed.Embedder;
import dev.athanor.embedding.embed.Protocol;
import dev.athanor.embedding.embed.RequestBodies;
import dev.athanor.embedding.metrics.ServingMetrics;
import dev.athanor.platform.connection.Connection;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/// `POST /v1/embeddings`.
@RestController
@Tag(name = "embeddings")
class EmbeddingsController {
  private static final Protocol PROTOCOL = Protocol.OPENAI;

  private final Embedder embedder;
  private final Clients clients;
  private final RequestBodies bodies;
  private final ServingMetrics metrics;
  private final JsonMapper json;

  EmbeddingsController(
      Embedder embedder,
      Clients clients,
      RequestBodies bodies,
      ServingMetrics metrics,
      JsonMapper json) {
    this.embedder = embedder;
    this.clients = clients;
    this.bodies = bodies;
    this.metrics = metrics;
    this.json = json;
  }

  @PostMapping(path = "/v1/embeddings", consumes = MediaType.APPLICATION_JSON_VALUE)
  @Operation(
      summary = "Embed images or texts, in OpenAI's shape",
      description =
          "input is what the model reads: for an encoder of texts a text, a list of texts, a list of"
              + " token ids or a list of such lists; for an encoder of images base64 or data URIs, or"
              + " objects that hold one. Texts longer than the model reads are cut; truncate: false"
              + " refuses them.",
      requestBody =
          @RequestBody(
              content = @Content(schema = @Schema(implementation = EmbeddingsRequest.class))),
      responses =
          @ApiResponse(
              responseCode = "200",
              content = @Content(schema = @Schema(implementation = EmbeddingsResponse.class))))
  ResponseEntity<byte[]> embeddings(HttpServletRequest http) {
    var client = clients.of(http, PROTOCOL);
    try (var body = bodies.read(http)) {
      var request = body.parse(bytes -> EmbeddingsRequest.parse(json, bytes));
      var form = request.form();
      var version = embedder.resolve(request.model() == null ? "" : request.model());
      var shape = request.shape(version.card().dimensions());
      var pending = embedder.embed(version, request.inputs(version.card()), client);
      var rows = pending.await(() -> Connection.isGone(http));
      var written =
          metrics.serialising(
              version.id(),
              PROTOCOL.label(),
              () ->
                  json.writeValueAsBytes(
                      EmbeddingsResponse.of(
                          version.id(), shape.apply(rows), form, pending.tokens())));
      return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(written);
    }
  }
}
