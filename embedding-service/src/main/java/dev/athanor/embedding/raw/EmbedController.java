package dev.athanor.embedding.raw;

import dev.athanor.embedding.embed.Client;
import dev.athanor.embedding.embed.Clients;
import dev.athanor.embedding.embed.Embedder;
import dev.athanor.embedding.embed.Pending;
import dev.athanor.embedding.embed.Protocol;
import dev.athanor.embedding.embed.RequestBodies;
import dev.athanor.embedding.metrics.ServingMetrics;
import dev.athanor.platform.connection.Connection;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartHttpServletRequest;
import tools.jackson.databind.json.JsonMapper;

/// Images and texts, raw: one as the body, or several as the files of a form, texts as a list.
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

  /// @param embeddings in the order of the files or texts
  @SuppressWarnings("ArrayRecordComponent") // written out, never compared
  record Several(String model, int dimensions, float[][] embeddings) {}

  @PostMapping(
      path = "/v1/models/{model}/embed",
      consumes = {
        MediaType.IMAGE_PNG_VALUE,
        MediaType.IMAGE_JPEG_VALUE,
        "image/jpg", // no registered type, but often sent
        MediaType.IMAGE_GIF_VALUE,
        "image/webp",
        MediaType.APPLICATION_OCTET_STREAM_VALUE
      })
  @Operation(
      summary = "Embed one image; the body is the image's bytes: JPEG, PNG, GIF or WebP",
      description =
          "Accept chooses the answer: application/json, application/octet-stream (rows of"
              + " little-endian numbers) or application/x-npy; dtype is float32 or float16.")
  ResponseEntity<byte[]> embed(
      @PathVariable String model,
      @RequestParam(required = false) @Nullable String dtype,
      HttpServletRequest request) {
    var wanted = Wanted.of(request, dtype, false);
    var client = clients.of(request, PROTOCOL);
    try (var body = bodies.read(request)) {
      return answer(embedder.embed(model, List.of(body.bytes()), client), wanted, request);
    }
  }

  @PostMapping(path = "/v1/models/{model}/embed", consumes = MediaType.TEXT_PLAIN_VALUE)
  @Operation(
      summary = "Embed one text; the body is the text, UTF-8",
      description = "A text longer than the model reads is cut; truncate=false refuses it.")
  ResponseEntity<byte[]> embedText(
      @PathVariable String model,
      @RequestParam(required = false) @Nullable String dtype,
      @RequestParam(defaultValue = "true") boolean truncate,
      HttpServletRequest request) {
    var client = clients.of(request, PROTOCOL);
    try (var body = bodies.read(request)) {
      var text = RawTexts.plain(body.bytes(), request.getHeader("Content-Type"), truncate);
      return embedTexts(model, text, client, dtype, request);
    }
  }

  @PostMapping(path = "/v1/models/{model}/embed", consumes = MediaType.APPLICATION_JSON_VALUE)
  @Operation(
      summary = "Embed texts; the body is a JSON string, or a list of strings or of token ids",
      description = "Texts longer than the model reads are cut; truncate=false refuses them.")
  ResponseEntity<byte[]> embedTexts(
      @PathVariable String model,
      @RequestParam(required = false) @Nullable String dtype,
      @RequestParam(defaultValue = "true") boolean truncate,
      HttpServletRequest request) {
    var client = clients.of(request, PROTOCOL);
    try (var body = bodies.read(request)) {
      var texts = body.parse(bytes -> RawTexts.json(json, bytes, truncate));
      return embedTexts(model, texts, client, dtype, request);
    }
  }

  @PostMapping(
      path = "/v1/models/{model}/embed",
      consumes = {MediaType.APPLICATION_NDJSON_VALUE, "application/jsonl"})
  @Operation(
      summary = "Embed texts; each line is a JSON string, or a list of token ids",
      description = "Texts longer than the model reads are cut; truncate=false refuses them.")
  ResponseEntity<byte[]> embedLines(
      @PathVariable String model,
      @RequestParam(required = false) @Nullable String dtype,
      @RequestParam(defaultValue = "true") boolean truncate,
      HttpServletRequest request) {
    var client = clients.of(request, PROTOCOL);
    try (var body = bodies.read(request)) {
      var texts = body.parse(bytes -> RawTexts.lines(json, bytes, truncate));
      return embedTexts(model, texts, client, dtype, request);
    }
  }

  private ResponseEntity<byte[]> embedTexts(
      String model,
      RawTexts texts,
      Client client,
      @Nullable String dtype,
      HttpServletRequest request) {
    var wanted = Wanted.of(request, dtype, texts.several());
    var pending = embedder.embed(embedder.resolve(model), texts.inputs(), client);
    return answer(pending, wanted, request);
  }

  @PostMapping(path = "/v1/models/{model}/embed", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
  @Operation(summary = "Embed the files of a form, in their order")
  ResponseEntity<byte[]> embedForm(
      @PathVariable String model,
      @RequestParam(required = false) @Nullable String dtype,
      MultipartHttpServletRequest request) {
    var wanted = Wanted.of(request, dtype, true);
    var client = clients.of(request, PROTOCOL);
    try (var _ = bodies.countForm(request)) {
      return answer(embedder.embed(model, files(request), client), wanted, request);
    }
  }

  /// In the form's order, which a map of fields would lose.
  private static List<byte[]> files(MultipartHttpServletRequest form) {
    var files = new ArrayList<byte[]>();
    try {
      for (var part : form.getParts()) {
        if (part.getSubmittedFileName() != null) {
          try (var content = part.getInputStream()) {
            files.add(content.readAllBytes());
          }
        }
      }
    } catch (IOException | ServletException failure) {
      throw Problem.of(Kind.BAD_REQUEST, "body: it broke off (expected: whole files)", failure);
    }
    return files;
  }

  private ResponseEntity<byte[]> answer(
      Pending pending, Wanted wanted, HttpServletRequest request) {
    var rows = pending.await(() -> Connection.isGone(request));
    var id = pending.encoder().id();
    var written = metrics.serialising(id, PROTOCOL.label(), () -> write(id, rows, wanted));
    return ResponseEntity.ok()
        .contentType(wanted.format().type())
        .header("X-Athanor-Model", id)
        .header("X-Athanor-Shape", rows.length + "," + rows[0].length)
        .body(written);
  }

  private byte[] write(String model, float[][] rows, Wanted wanted) {
    int dimensions = rows[0].length;
    return switch (wanted.format()) {
      case BYTES -> Matrix.bytes(rows, wanted.type());
      case NPY -> Matrix.npy(rows, wanted.type());
      case JSON ->
          json.writeValueAsBytes(
              wanted.several()
                  ? new Several(model, dimensions, rows)
                  : new One(model, dimensions, rows[0]));
    };
  }
}
