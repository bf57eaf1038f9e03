package dev.athanor.prompt.language;

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
import tools.jackson.databind.json.JsonMapper;

/// OpenAI's completion routes, answered by the configured endpoint.
@RestController
@Tag(name = "completions")
class LanguageController {
  private final LanguageModel model;
  private final LanguageProperties properties;
  private final Calls calls;
  private final JsonMapper json;

  LanguageController(
      LanguageModel model, LanguageProperties properties, Calls calls, JsonMapper json) {
    this.model = model;
    this.properties = properties;
    this.calls = calls;
    this.json = json;
  }

  record Listing(String object, List<Entry> data) {}

  record Entry(String id, String object) {}

  @GetMapping("/v1/models")
  @Operation(summary = "What completions can be asked of")
  void models(HttpServletRequest request, HttpServletResponse answer) throws IOException {
    if (model.isConfigured() && properties.model() == null) {
      try (var call = calls.begin(request)) {
        Relay.pass(model.get("/models", call), answer, call);
      }
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
  void complete(HttpServletRequest request, HttpServletResponse answer) throws IOException {
    complete("/completions", "prompt", request, answer);
  }

  @PostMapping(path = "/v1/chat/completions", consumes = MediaType.APPLICATION_JSON_VALUE)
  @Operation(
      summary = "Complete a conversation; with \"stream\": true as server-sent events",
      requestBody = @RequestBody(content = @Content(schema = @Schema(implementation = Map.class))))
  void chat(HttpServletRequest request, HttpServletResponse answer) throws IOException {
    complete("/chat/completions", "messages", request, answer);
  }

  private void complete(
      String path, String required, HttpServletRequest request, HttpServletResponse answer)
      throws IOException {
    try (var call = calls.begin(request)) {
      var body = CompletionBody.of(call.body(), required, properties.model(), json);
      Relay.pass(model.post(path, body, call), answer, call);
    }
  }
}
