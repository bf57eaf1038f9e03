package dev.athanor.embedding.inference;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.athanor.platform.error.Problem;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/// What the protocol says over REST about the server and its models.
@RestController
@Tag(name = "inference")
class MetadataController {
  private final Models models;

  MetadataController(Models models) {
    this.models = models;
  }

  record Live(boolean live) {}

  record Ready(boolean ready) {}

  record ModelReady(String name, boolean ready) {}

  record Server(String name, String version, List<String> extensions) {}

  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Model(
      String name,
      List<String> versions,
      String platform,
      List<Described> inputs,
      List<Described> outputs) {}

  @GetMapping("/v2/health/live")
  @Operation(summary = "Whether the server runs")
  Live live() {
    return new Live(true);
  }

  @GetMapping("/v2/health/ready")
  @Operation(summary = "Whether the server knows its models")
  Ready ready() {
    if (!models.ready()) {
      throw Problem.unavailable("server: not ready (expected: ready in a few seconds)");
    }
    return new Ready(true);
  }

  @GetMapping("/v2")
  @Operation(summary = "The server's name, version and extensions")
  Server server() {
    return new Server(Models.SERVER, models.serverVersion(), Models.EXTENSIONS);
  }

  @GetMapping({"/v2/models/{model}/ready", "/v2/models/{model}/versions/{version}/ready"})
  @Operation(summary = "Whether a model is served, and its last load has not failed")
  ModelReady modelReady(
      @PathVariable String model, @PathVariable(required = false) @Nullable String version) {
    var found = models.resolve(model, version);
    if (!models.ready(found)) {
      throw Problem.unavailable(
          "model: %s could not be loaded (expected: ready when it was)".formatted(found.id()));
    }
    return new ModelReady(found.name(), true);
  }

  @GetMapping({"/v2/models/{model}", "/v2/models/{model}/versions/{version}"})
  @Operation(summary = "A model's versions, inputs and outputs")
  Model model(
      @PathVariable String model, @PathVariable(required = false) @Nullable String version) {
    var found = models.resolve(model, version);
    var tensors = new ModelTensors(found.card());
    return new Model(
        found.name(),
        models.versions(found),
        ModelTensors.PLATFORM,
        tensors.inputs(),
        tensors.outputs());
  }
}
