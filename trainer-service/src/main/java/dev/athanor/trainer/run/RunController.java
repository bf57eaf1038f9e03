package dev.athanor.trainer.run;

import dev.athanor.platform.error.Problem;
import dev.athanor.trainer.follow.Followers;
import dev.athanor.trainer.role.ApiRole;
import dev.athanor.trainer.spec.RunSpec;
import dev.athanor.trainer.spec.SpecReader;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
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

/// `/v1/runs`: hand in, look at, follow and call off runs.
@RestController
@RequestMapping("/v1/runs")
@Tag(name = "runs")
@ApiRole
class RunController {
  private static final int LARGEST_PAGE = 200;
  private static final int LARGEST_SPEC_BYTES = 256 << 10;

  private final RunDesk desk;
  private final Runs runs;
  private final Events events;
  private final Followers followers;
  private final SpecReader specs;

  RunController(RunDesk desk, Runs runs, Events events, Followers followers, SpecReader specs) {
    this.desk = desk;
    this.runs = runs;
    this.events = events;
    this.followers = followers;
    this.specs = specs;
  }

  record Page(List<RunDocument> runs, @Nullable String next) {}

  record Metrics(List<Runs.Point> points, List<Runs.EvaluationPoint> evaluations) {}

  @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
  @Operation(
      summary = "Queue a run",
      requestBody =
          @io.swagger.v3.oas.annotations.parameters.RequestBody(
              content = {
                @Content(
                    mediaType = "application/json",
                    schema = @Schema(implementation = RunSpec.class)),
                @Content(
                    mediaType = "application/yaml",
                    schema = @Schema(implementation = RunSpec.class))
              }))
  ResponseEntity<RunDocument> createFromJson(
      @RequestBody byte[] spec,
      @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key) {
    return created(desk.create(specs.treeOfJson(bounded(spec)), key));
  }

  @PostMapping(consumes = {"application/yaml", "application/x-yaml", "text/yaml"})
  ResponseEntity<RunDocument> createFromYaml(
      @RequestBody byte[] spec,
      @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key) {
    return created(desk.create(specs.treeOfYaml(bounded(spec)), key));
  }

  private static byte[] bounded(byte[] spec) {
    if (spec.length > LARGEST_SPEC_BYTES) {
      throw Problem.tooLarge(
          "run spec: %d bytes (expected: <= %d)".formatted(spec.length, LARGEST_SPEC_BYTES));
    }
    return spec;
  }

  private static ResponseEntity<RunDocument> created(Run run) {
    return ResponseEntity.created(URI.create("/v1/runs/" + run.id())).body(RunDocument.of(run));
  }

  @GetMapping
  @Operation(summary = "List runs, the newest first")
  Page list(
      @RequestParam(required = false) @Nullable String name,
      @RequestParam(required = false) @Nullable String dataset,
      @RequestParam(required = false) @Nullable RunState state,
      @RequestParam(required = false) @Nullable String after,
      @RequestParam(defaultValue = "50") int limit) {
    if (limit < 1 || limit > LARGEST_PAGE) {
      throw Problem.badRequest("limit: %d (expected: 1 to %d)".formatted(limit, LARGEST_PAGE));
    }
    var found = runs.list(new Runs.Filter(name, dataset, state), after, limit + 1);
    var page = found.subList(0, Math.min(limit, found.size()));
    return new Page(
        page.stream().map(RunDocument::of).toList(),
        found.size() > limit ? page.getLast().id() : null);
  }

  @GetMapping("/{id}")
  @Operation(summary = "Show a run")
  RunDocument show(@PathVariable String id) {
    return RunDocument.of(runs.get(id));
  }

  @PostMapping("/{id}/cancel")
  @Operation(summary = "Call a run off; it stops within a step")
  ResponseEntity<RunDocument> cancel(@PathVariable String id) {
    return ResponseEntity.accepted().body(RunDocument.of(desk.cancel(id)));
  }

  @GetMapping("/{id}/metrics")
  @Operation(summary = "The learning curve and what evaluations came to")
  Metrics metrics(@PathVariable String id, @RequestParam(defaultValue = "-1") long after) {
    var run = runs.get(id);
    return new Metrics(runs.points(run.id(), after), runs.evaluations(run.id(), after));
  }

  @GetMapping(path = "/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  @Operation(summary = "Follow a run: server-sent events state, progress, evaluated and alarm")
  SseEmitter events(
      @PathVariable String id,
      @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId) {
    return followers.follow(events, runs.get(id).id(), lastEventId);
  }
}
