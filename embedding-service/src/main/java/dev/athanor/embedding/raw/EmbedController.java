package dev.athanor.embedding.raw;

import dev.athanor.embedding.caller.Connection;
import dev.athanor.embedding.embed.Client;
import dev.athanor.embedding.embed.Clients;
import dev.athanor.embedding.embed.Embedder;
import dev.athanor.embedding.embed.Pending;
import dev.athanor.embedding.embed.Protocol;
import dev.athanor.embedding.embed.RequestBodies;
import dev.athanor.embedding.metrics.ServingMetrics;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.multipart.MultipartHttpServletRequest;
import tools.jackson.databind.json.JsonMapper;

/// Images, raw: one as the body, or several as the files of a form.
@RestController
@Tag(name = "embeddings")
class EmbedController {
  private static final Protocol PROTOCOL = Protocol.RAW;

  private final Embedder embedder;
  private final Clients clients;
  private final RequestBodies bodies;
  private final ServingMetrics metrics;
  private final JsonMapper json;

  EmbedController(
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

  /// @param model `name@version`: who answered
  @SuppressWarnings("ArrayRecordComponent") // written out, never compared
  record One(String model, int dimensions, float[] embedding) {}

  /// @param embeddings in the order of the files
  @SuppressWarnings("ArrayRecordComponent") // written out, never compared
  record Several(String model, int dimensions, float[][] embeddings) {}

  @PostMapping(
      path = "/v1/models/{model}/embed",
      consumes = {
        MediaType.IMAGE_PNG_VALUE,
        MediaType.IMAGE_JPEG_VALUE,
        MediaType.APPLICATION_OCTET_STREAM_VALUE
      })
  @Operation(
      summary = "Embed one image; the body is the image's bytes, JPEG or PNG",
      description =
          "Accept chooses the answer: application/json, application/octet-stream (rows of"
              + " little-endian numbers) or application/x-npy; dtype is float32 or float16.")
  ResponseEntity<byte[]> embed(
      @PathVariable String model,
      @RequestParam(required = false) @Nullable String dtype,
      HttpServletRequest request) {
    var format = AnswerFormat.of(request.getHeader("Accept"));
    var type = NumberType.parse(dtype);
    var client = clients.of(request, PROTOCOL);
    try (var body = bodies.read(request)) {
      return answer(model, List.of(body.bytes()), client, request, format, type);
    }
  }

  @PostMapping(path = "/v1/models/{model}/embed", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
  @Operation(summary = "Embed the files of a form, in their order")
  ResponseEntity<byte[]> embedForm(
      @PathVariable String model,
      @RequestParam(required = false) @Nullable String dtype,
      MultipartHttpServletRequest request) {
    var format = AnswerFormat.of(request.getHeader("Accept"));
    var type = NumberType.parse(dtype);
    var client = clients.of(request, PROTOCOL);
    try (var _ = bodies.countForm(request)) {
      var images =
          request.getMultiFileMap().values().stream()
              .flatMap(List::stream)
              .map(EmbedController::bytes)
              .toList();
      return answer(model, images, client, request, format, type);
    }
  }

  private static byte[] bytes(MultipartFile file) {
    try {
      return file.getBytes();
    } catch (IOException failure) {
      throw Problem.of(Kind.BAD_REQUEST, "body: it broke off (expected: whole files)", failure);
    }
  }

  private ResponseEntity<byte[]> answer(
      String model,
      List<byte[]> images,
      Client client,
      HttpServletRequest request,
      AnswerFormat format,
      NumberType type) {
    var pending = embedder.embed(model, images, client);
    var rows = pending.await(() -> Connection.isGone(request));
    boolean form = request instanceof MultipartHttpServletRequest;
    var written =
        metrics.serialising(
            pending.encoder().id(),
            PROTOCOL.label(),
            () -> write(pending, rows, form, format, type));
    return ResponseEntity.ok()
        .contentType(format.type())
        .header("X-Athanor-Model", pending.encoder().id())
        .header("X-Athanor-Shape", rows.length + "," + rows[0].length)
        .body(written);
  }

  private byte[] write(
      Pending pending, float[][] rows, boolean form, AnswerFormat format, NumberType type) {
    var model = pending.encoder().id();
    int dimensions = pending.encoder().card().dimensions();
    return switch (format) {
      case BYTES -> Matrix.bytes(rows, type);
      case NPY -> Matrix.npy(rows, type);
      case JSON ->
          json.writeValueAsBytes(
              form ? new Several(model, dimensions, rows) : new One(model, dimensions, rows[0]));
    };
  }
}
