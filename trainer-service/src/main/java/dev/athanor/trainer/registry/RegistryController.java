package dev.athanor.trainer.registry;

import dev.athanor.platform.error.Problem;
import dev.athanor.platform.store.ObjectStore;
import dev.athanor.trainer.role.ApiRole;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.InputStreamResource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/registry/models`: published and uploaded models, their aliases and files.
@RestController
@RequestMapping("/v1/registry/models")
@Tag(name = "registry")
@ApiRole
class RegistryController {
  private static final int LARGEST_PAGE = 200;

  private final Models models;
  private final Registrar registrar;
  private final Uploads uploads;
  private final ObjectStore store;

  RegistryController(Models models, Registrar registrar, Uploads uploads, ObjectStore store) {
    this.models = models;
    this.registrar = registrar;
    this.uploads = uploads;
    this.store = store;
  }

  record Page(List<Models.Summary> models, @Nullable String next) {}

  record Model(String name, Map<String, Integer> aliases, List<PublishedVersion> versions) {}

  record Target(@Nullable Integer version) {}

  /// The parts of the form, for the API's description; they are read as streams.
  record Form(
      @Schema(format = "binary", description = "JSON: kind, input, output") String card,
      @Schema(format = "binary", description = "model.onnx") String model,
      @Schema(format = "binary", description = "tokenizer.json, for text encoders")
          String tokenizer) {}

  @GetMapping
  @Operation(summary = "List models")
  Page list(
      @RequestParam(required = false) @Nullable String after,
      @RequestParam(defaultValue = "50") int limit) {
    if (limit < 1 || limit > LARGEST_PAGE) {
      throw Problem.badRequest("limit: %d (expected: 1 to %d)".formatted(limit, LARGEST_PAGE));
    }
    var found = models.list(after, limit + 1);
    var page = found.subList(0, Math.min(limit, found.size()));
    return new Page(page, found.size() > limit ? page.getLast().name() : null);
  }

  @GetMapping("/{name}")
  @Operation(summary = "Show a model: its versions and aliases")
  Model show(@PathVariable String name) {
    var versions = models.versions(name);
    return new Model(name, models.aliases(name), versions);
  }

  @GetMapping("/{name}/versions/{version}")
  @Operation(summary = "Show a version: its card, lineage and files")
  PublishedVersion version(@PathVariable String name, @PathVariable int version) {
    return models.version(name, version);
  }

  @PostMapping(path = "/{name}/versions", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
  @Operation(
      summary = "Upload an encoder as the next version, PENDING until it was tried",
      requestBody =
          @io.swagger.v3.oas.annotations.parameters.RequestBody(
              required = true,
              content =
                  @Content(
                      mediaType = MediaType.MULTIPART_FORM_DATA_VALUE,
                      schema =
                          @Schema(
                              implementation = Form.class,
                              requiredProperties = {"card", "model"}))))
  ResponseEntity<PublishedVersion> upload(
      @PathVariable String name,
      @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key,
      HttpServletRequest request) {
    uploads.checkLength(request.getContentLengthLong());
    var version = uploads.upload(name, UploadForm.of(request), key);
    return ResponseEntity.accepted()
        .location(
            URI.create("/v1/registry/models/%s/versions/%d".formatted(name, version.version())))
        .body(version);
  }

  @PutMapping("/{name}/aliases/{alias}")
  @Operation(summary = "Let an alias name a version; the alias production promotes it")
  Model point(@PathVariable String name, @PathVariable String alias, @RequestBody Target target) {
    if (target.version() == null) {
      throw Problem.badRequest("version: missing (expected: the number of a version)");
    }
    registrar.point(name, alias, target.version());
    return show(name);
  }

  @DeleteMapping("/{name}/aliases/{alias}")
  @Operation(summary = "Take an alias away")
  ResponseEntity<Void> unpoint(@PathVariable String name, @PathVariable String alias) {
    registrar.unpoint(name, alias);
    return ResponseEntity.noContent().build();
  }

  @PostMapping("/{name}/versions/{version}/retire")
  @Operation(summary = "Take a version out of service")
  PublishedVersion retire(@PathVariable String name, @PathVariable int version) {
    registrar.retire(name, version);
    return models.version(name, version);
  }

  @GetMapping("/{name}/versions/{version}/files/{file}")
  @Operation(summary = "Download a file of a version")
  ResponseEntity<InputStreamResource> file(
      @PathVariable String name, @PathVariable int version, @PathVariable String file) {
    var published = models.version(name, version);
    var files = published.files();
    var found =
        files.stream()
            .filter(one -> one.name().equals(file))
            .findFirst()
            .orElseThrow(
                () ->
                    Problem.notFound(
                        "file: %s (expected: one of %s)"
                            .formatted(
                                Problem.quote(file),
                                files.stream().map(one -> one.name()).toList())));
    var stream = store.open(Models.BUCKET, published.prefix() + found.name());
    return ResponseEntity.ok()
        .contentType(MediaType.APPLICATION_OCTET_STREAM)
        .contentLength(found.bytes())
        .header(
            HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"%s\"".formatted(found.name()))
        .body(new InputStreamResource(stream));
  }
}
