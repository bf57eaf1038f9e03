package dev.athanor.trainer.sweep;

import dev.athanor.platform.error.Problem;
import dev.athanor.trainer.recipe.Recipes;
import dev.athanor.trainer.role.ApiRole;
import dev.athanor.trainer.spec.SpecReader;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import tools.jackson.databind.node.ObjectNode;

/// `/v1/sweeps`: hand in, look at, follow, draw and call off sweeps.
@RestController
@RequestMapping("/v1/sweeps")
@Tag(name = "sweeps")
@ApiRole
class SweepController {
  private static final int LARGEST_PAGE = 200;
  private static final int LARGEST_REQUEST_BYTES = 256 << 10;
  private static final String EXAMPLE =
      "{\"recipe\": \"simclr-shapes\", \"training\": {\"steps\": 100},"
          + " \"grid\": {\"optimiser.learningRate\": [0.001, 0.003], \"seed\": [1, 2, 3]}}";

  private final SweepDesk desk;
  private final Sweeps sweeps;
  private final SweepDocuments documents;
  private final SweepFollowers followers;
  private final SweepChart chart;
  private final SpecReader specs;
  private final Recipes recipes;

  SweepController(
      SweepDesk desk,
      Sweeps sweeps,
      SweepDocuments documents,
      SweepFollowers followers,
      SweepChart chart,
      SpecReader specs,
      Recipes recipes) {
    this.desk = desk;
    this.sweeps = sweeps;
    this.documents = documents;
    this.followers = followers;
    this.chart = chart;
    this.specs = specs;
    this.recipes = recipes;
  }

  record Page(List<Sweeps.Summary> sweeps, @Nullable String next) {}

  @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
  @Operation(
      summary = "Queue a run for every combination of some fields' values",
      description =
          "A run spec, or a recipe's name and what is to replace fields of it, with a grid: fields"
              + " of the spec, each with a list of values. One bad cell refuses them all. See"
              + " docs/sweeps.md.",
      requestBody =
          @io.swagger.v3.oas.annotations.parameters.RequestBody(
              content = {
                @Content(
                    mediaType = "application/json",
                    schema = @Schema(type = "object"),
                    examples = @ExampleObject(EXAMPLE)),
                @Content(mediaType = "application/yaml", schema = @Schema(type = "object"))
              }))
  ResponseEntity<SweepDocument> createFromJson(
      @RequestBody byte[] request,
      @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key) {
    return created(specs.treeOfJson(bounded(request)), key);
  }

  @PostMapping(consumes = {"application/yaml", "application/x-yaml", "text/yaml"})
  ResponseEntity<SweepDocument> createFromYaml(
      @RequestBody byte[] request,
      @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key) {
    return created(specs.treeOfYaml(bounded(request)), key);
  }

  private static byte[] bounded(byte[] request) {
    if (request.length > LARGEST_REQUEST_BYTES) {
      throw Problem.tooLarge(
          "sweep: %d bytes (expected: <= %d)".formatted(request.length, LARGEST_REQUEST_BYTES));
    }
    return request;
  }

  private ResponseEntity<SweepDocument> created(ObjectNode request, @Nullable String key) {
    var sweep = desk.create(SweepRequest.of(request, recipes, specs), key);
    return ResponseEntity.created(URI.create("/v1/sweeps/" + sweep.id()))
        .body(documents.document(sweep, null));
  }

  @GetMapping
  @Operation(summary = "List sweeps, the newest first")
  Page list(
      @RequestParam(required = false) @Nullable String after,
      @RequestParam(defaultValue = "50") int limit) {
    if (limit < 1 || limit > LARGEST_PAGE) {
      throw Problem.badRequest("limit: %d (expected: 1 to %d)".formatted(limit, LARGEST_PAGE));
    }
    var found = sweeps.list(after, limit + 1);
    var page = found.subList(0, Math.min(limit, found.size()));
    return new Page(page, found.size() > limit ? page.getLast().id() : null);
  }

  @GetMapping("/{id}")
  @Operation(
      summary = "Show a sweep: how its runs stand and what they came to",
      description =
          "As JSON, as text/markdown or as text/csv. With a metric (a figure of the runs, or loss)"
              + " its last and best value are given, and the cells come in its order.")
  SweepDocument show(
      @PathVariable String id,
      @RequestParam(required = false) @Nullable String metric,
      @RequestParam(defaultValue = "desc") String order) {
    return documents.document(sweeps.get(id), metric(metric, order));
  }

  @GetMapping(path = "/{id}", produces = "text/markdown;charset=UTF-8")
  String markdown(
      @PathVariable String id,
      @RequestParam(required = false) @Nullable String metric,
      @RequestParam(defaultValue = "desc") String order) {
    return documents.table(sweeps.get(id), metric(metric, order)).markdown();
  }

  @GetMapping(path = "/{id}", produces = "text/csv;charset=UTF-8")
  String csv(
      @PathVariable String id,
      @RequestParam(required = false) @Nullable String metric,
      @RequestParam(defaultValue = "desc") String order) {
    return documents.table(sweeps.get(id), metric(metric, order)).csv();
  }

  private static @Nullable Metric metric(@Nullable String name, String order) {
    return name == null ? null : Metric.of(name, order);
  }

  @GetMapping(path = "/{id}/chart", produces = MediaType.IMAGE_PNG_VALUE)
  @Operation(
      summary = "Draw a metric over one field of the grid, or over two as a heat map",
      description = "Means over the cells that differ in other fields; PNG.")
  byte[] chart(
      @PathVariable String id,
      @RequestParam String metric,
      @RequestParam String x,
      @RequestParam(required = false) @Nullable String y) {
    return chart.png(sweeps.get(id), metric, x, y);
  }

  @PostMapping("/{id}/cancel")
  @Operation(summary = "Call off every run of a sweep that has not ended")
  ResponseEntity<SweepDocument> cancel(@PathVariable String id) {
    return ResponseEntity.accepted().body(documents.document(desk.cancel(id), null));
  }

  @GetMapping(path = "/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  @Operation(summary = "Follow a sweep: server-sent events cells, of those that have changed")
  SseEmitter events(
      @PathVariable String id,
      @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId) {
    return followers.follow(sweeps.get(id).id(), lastEventId);
  }
}
