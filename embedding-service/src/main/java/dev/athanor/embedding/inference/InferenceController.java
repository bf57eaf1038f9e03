package dev.athanor.embedding.inference;

import com.google.common.primitives.Bytes;
import dev.athanor.embedding.catalogue.EncoderVersion;
import dev.athanor.embedding.embed.Clients;
import dev.athanor.embedding.embed.Embedder;
import dev.athanor.embedding.embed.Protocol;
import dev.athanor.embedding.embed.RequestBodies;
import dev.athanor.embedding.metrics.ServingMetrics;
import dev.athanor.platform.connection.Connection;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/// The protocol's inference over REST.
@RestController
@Tag(name = "inference")
class InferenceController {
  private static final Protocol PROTOCOL = Protocol.INFERENCE_REST;

  private final Models models;
  private final Embedder embedder;
  private final Clients clients;
  private final RequestBodies bodies;
  private final ServingMetrics metrics;
  private final JsonMapper json;

  InferenceController(
      Models models,
      Embedder embedder,
      Clients clients,
      RequestBodies bodies,
      ServingMetrics metrics,
      JsonMapper json) {
    this.models = models;
    this.embedder = embedder;
    this.clients = clients;
    this.bodies = bodies;
    this.metrics = metrics;
    this.json = json;
  }

  @PostMapping({"/v2/models/{model}/infer", "/v2/models/{model}/versions/{version}/infer"})
  @Operation(summary = "Infer, in the shape of the Open Inference Protocol, version 2")
  ResponseEntity<byte[]> infer(
      @PathVariable String model,
      @PathVariable(required = false) @Nullable String version,
      HttpServletRequest http) {
    var client = clients.of(http, PROTOCOL);
    try (var body = bodies.read(http)) {
      var encoder = models.resolve(model, version);
      var tensors = new ModelTensors(encoder.card());
      var headerLength = http.getHeader(InferRequest.HEADER_LENGTH);
      int length = InferRequest.jsonLength(body.bytes().length, headerLength);
      var request = body.parse(length, bytes -> InferRequest.parse(json, bytes, length));
      request.outputs().forEach(tensors::checkOutput);
      var inputs = tensors.read(request.inputs(), request.truncate());
      var pending = embedder.embed(encoder, inputs, client);
      var rows = pending.await(() -> Connection.isGone(http));
      return metrics.serialising(
          encoder.id(), PROTOCOL.label(), () -> answer(encoder, request, rows));
    }
  }

  private ResponseEntity<byte[]> answer(
      EncoderVersion encoder, InferRequest request, float[][] rows) {
    var response = InferResponse.of(encoder, request.id(), rows, request.binary());
    var document = json.writeValueAsBytes(response);
    if (!request.binary()) {
      return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(document);
    }
    return ResponseEntity.ok()
        .contentType(MediaType.APPLICATION_OCTET_STREAM)
        .header(InferRequest.HEADER_LENGTH, Integer.toString(document.length))
        .body(Bytes.concat(document, RawTensor.write(rows)));
  }
}
