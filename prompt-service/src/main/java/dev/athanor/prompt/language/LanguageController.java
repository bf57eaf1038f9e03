package dev.athanor.prompt.language;

import dev.athanor.platform.body.Bodies;
import dev.athanor.platform.error.JsonErrors;
import dev.athanor.platform.error.Problem;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// OpenAI's completion routes, answered by the configured endpoint.
@RestController
@Tag(name = "completions")
class LanguageController {
  private final LanguageModel model;
  private final LanguageProperties properties;
  private final Relay relay;
  private final JsonMapper json;

  LanguageController(
      LanguageModel model, LanguageProperties properties, Relay relay, JsonMapper json) {
    this.model = model;
    this.properties = properties;
    this.relay = relay;
    this.json = json;
  }

  record Listing(String object, List<Entry> data) {}

  record Entry(String id, String object) {}

  @GetMapping("/v1/models")
  @Operation(summary = "What completions can be asked of")
  void models(HttpServletResponse answer) throws IOException, InterruptedException {
    if (model.isConfigured() && properties.model() == null) {
      relay.pass(model.get("/models"), answer);
      return;
    }
    var listed =
        properties.model() == null || !model.isConfigured()
            ? List.<Entry>of()
            : List.of(new Entry(properties.model(), "model"));
    answer.setContentType(MediaType.APPLICATION_JSON_VALUE);
    answer.getOutputStream().write(json.writeValueAsBytes(new Listing("list", listed)));
  }

  @PostMapping(path = "/v1/completions", consumes = MediaType.APPLICATION_JSON_VALUE)
  @Operation(
      summary = "Complete a text; with \"stream\": true as server-sent events",
      requestBody = @RequestBody(content = @Content(schema = @Schema(implementation = Map.class))))
  void complete(HttpServletRequest request, HttpServletResponse answer)
      throws IOException, InterruptedException {
    relay.pass(model.post("/completions", body(request, "prompt")), answer);
  }

  @PostMapping(path = "/v1/chat/completions", consumes = MediaType.APPLICATION_JSON_VALUE)
  @Operation(
      summary = "Complete a conversation; with \"stream\": true as server-sent events",
      requestBody = @RequestBody(content = @Content(schema = @Schema(implementation = Map.class))))
  void chat(HttpServletRequest request, HttpServletResponse answer)
      throws IOException, InterruptedException {
    relay.pass(model.post("/chat/completions", body(request, "messages")), answer);
  }

  /// The caller's own document, with the configured model where it names none.
  private byte[] body(HttpServletRequest request, String required) {
    var document = parse(Bodies.read(request, Math.toIntExact(properties.body().toBytes())));
    if (!document.hasNonNull(required)) {
      throw Problem.badRequest("%s: missing (expected: it is required)".formatted(required));
    }
    if (!document.hasNonNull("model") && properties.model() != null) {
      document.put("model", properties.model());
    }
    return json.writeValueAsBytes(document);
  }

  private ObjectNode parse(byte[] body) {
    try {
      if (json.readTree(body) instanceof ObjectNode document) {
        return document;
      }
    } catch (JacksonException unreadable) {
      throw Problem.badRequest(JsonErrors.describe(unreadable));
    }
    throw Problem.badRequest("body: not an object (expected: a JSON object)");
  }
}
