package dev.athanor.trainer.registry;

import dev.athanor.platform.error.Problem;
import dev.athanor.trainer.role.ApiRole;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.media.SchemaProperty;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/registry/models/{name}/imports`: language models in Hugging Face's layout on their way into
/// the registry.
@RestController
@RequestMapping("/v1/registry")
@Tag(name = "registry")
@ApiRole
class ImportController {
  private static final int LARGEST_PAGE = 200;

  private final ImportDesk desk;
  private final Imports imports;

  ImportController(ImportDesk desk, Imports imports) {
    this.desk = desk;
    this.imports = imports;
  }

  record Page(List<ModelImport> imports, @Nullable String next) {}

  @PostMapping(path = "/models/{name}/imports", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
  @Operation(
      summary = "Import a language model in Hugging Face's layout; each part is named as its file",
      requestBody =
          @io.swagger.v3.oas.annotations.parameters.RequestBody(
              required = true,
              content =
                  @Content(
                      mediaType = MediaType.MULTIPART_FORM_DATA_VALUE,
                      schemaProperties = {
                        @SchemaProperty(
                            name = "config.json",
                            schema = @Schema(type = "string", format = "binary")),
                        @SchemaProperty(
                            name = "tokenizer.json",
                            schema = @Schema(type = "string", format = "binary")),
                        @SchemaProperty(
                            name = "tokenizer_config.json",
                            schema = @Schema(type = "string", format = "binary")),
                        @SchemaProperty(
                            name = "model.safetensors",
                            schema = @Schema(type = "string", format = "binary"))
                      })))
  ResponseEntity<ModelImport> create(
      @PathVariable String name,
      @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key,
      HttpServletRequest request) {
    desk.checkLength(request.getContentLengthLong());
    var created = desk.create(name, UploadForm.of(request), key);
    return ResponseEntity.accepted()
        .location(URI.create("/v1/registry/imports/" + created.id()))
        .body(created);
  }

  @GetMapping("/imports")
  @Operation(summary = "List imports, the newest first")
  Page list(
      @RequestParam(required = false) @Nullable String model,
      @RequestParam(required = false) @Nullable String after,
      @RequestParam(defaultValue = "50") int limit) {
    if (limit < 1 || limit > LARGEST_PAGE) {
      throw Problem.badRequest("limit: %d (expected: 1 to %d)".formatted(limit, LARGEST_PAGE));
    }
    var found = imports.list(model, after, limit + 1);
    var page = found.subList(0, Math.min(limit, found.size()));
    return new Page(page, found.size() > limit ? page.getLast().id() : null);
  }

  @PostMapping("/imports/{id}/cancel")
  @Operation(summary = "Call an import off; it publishes nothing")
  ResponseEntity<ModelImport> cancel(@PathVariable String id) {
    return ResponseEntity.accepted().body(desk.cancel(id));
  }

  @GetMapping("/imports/{id}")
  @Operation(summary = "Show an import: how far it is, what it published, why it failed")
  ModelImport show(@PathVariable String id) {
    return imports.get(id);
  }
}
