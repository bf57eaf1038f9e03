package dev.athanor.trainer.appraisal;

import dev.athanor.platform.error.Problem;
import dev.athanor.trainer.follow.Followers;
import dev.athanor.trainer.role.ApiRole;
import dev.athanor.trainer.spec.AppraisalReader;
import dev.athanor.trainer.spec.AppraisalSpec;
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

/// `/v1/evaluations`: ask for, look at, follow, compare and call off evaluations of encoders.
@RestController
@RequestMapping("/v1/evaluations")
@Tag(name = "evaluations")
@ApiRole
class AppraisalController {
  private static final int LARGEST_PAGE = 200;
  private static final int LARGEST_REQUEST_BYTES = 256 << 10;

  private final AppraisalDesk desk;
  private final Appraisals appraisals;
  private final Compared compared;
  private final AppraisalEvents events;
  private final Followers followers;
  private final AppraisalReader specs;

  AppraisalController(
      AppraisalDesk desk,
      Appraisals appraisals,
      Compared compared,
      AppraisalEvents events,
      Followers followers,
      AppraisalReader specs) {
    this.desk = desk;
    this.appraisals = appraisals;
    this.compared = compared;
    this.events = events;
    this.followers = followers;
    this.specs = specs;
  }

  record Page(List<AppraisalDocument> evaluations, @Nullable String next) {}

  @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
  @Operation(
      summary = "Ask for an evaluation of a published encoder on a labelled data set",
      requestBody =
          @io.swagger.v3.oas.annotations.parameters.RequestBody(
              content =
                  @Content(
                      mediaType = "application/json",
                      schema = @Schema(implementation = AppraisalSpec.class))))
  ResponseEntity<AppraisalDocument> create(
      @RequestBody byte[] request,
      @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key) {
    if (request.length > LARGEST_REQUEST_BYTES) {
      throw Problem.tooLarge(
          "evaluation: %d bytes (expected: <= %d)"
              .formatted(request.length, LARGEST_REQUEST_BYTES));
    }
    var created = desk.create(specs.read(request), key);
    return ResponseEntity.accepted()
        .location(URI.create("/v1/evaluations/" + created.id()))
        .body(AppraisalDocument.of(created));
  }

  @GetMapping
  @Operation(summary = "List evaluations, the newest first")
  Page list(
      @RequestParam(required = false) @Nullable String model,
      @RequestParam(required = false) @Nullable String dataset,
      @RequestParam(required = false) @Nullable AppraisalState state,
      @RequestParam(required = false) @Nullable String after,
      @RequestParam(defaultValue = "50") int limit) {
    if (limit < 1 || limit > LARGEST_PAGE) {
      throw Problem.badRequest("limit: %d (expected: 1 to %d)".formatted(limit, LARGEST_PAGE));
    }
    var filter = new Appraisals.Filter(model, dataset, state);
    var found = appraisals.list(filter, after, limit + 1);
    var page = found.subList(0, Math.min(limit, found.size()));
    return new Page(
        page.stream().map(AppraisalDocument::of).toList(),
        found.size() > limit ? page.getLast().id() : null);
  }

  @GetMapping("/{id}")
  @Operation(summary = "Show an evaluation; as Markdown or CSV where Accept says so")
  AppraisalDocument show(@PathVariable String id) {
    return AppraisalDocument.of(appraisals.get(id));
  }

  @GetMapping(path = "/{id}", produces = Tables.MARKDOWN)
  String showAsMarkdown(@PathVariable String id) {
    return Tables.markdown(appraisals.get(id));
  }

  @GetMapping(path = "/{id}", produces = Tables.CSV)
  String showAsCsv(@PathVariable String id) {
    return Tables.csv(List.of(appraisals.get(id)));
  }

  @GetMapping("/compare")
  @Operation(
      summary =
          "Evaluations side by side: some ids, or the newest that succeeded of each of some models; as Markdown or CSV where Accept says so")
  Comparison compare(
      @RequestParam(required = false) @Nullable List<String> ids,
      @RequestParam(required = false) @Nullable List<String> models) {
    return Comparison.of(compared.find(ids, models));
  }

  @GetMapping(path = "/compare", produces = Tables.MARKDOWN)
  String compareAsMarkdown(
      @RequestParam(required = false) @Nullable List<String> ids,
      @RequestParam(required = false) @Nullable List<String> models) {
    return Tables.markdown(Comparison.of(compared.find(ids, models)));
  }

  @GetMapping(path = "/compare", produces = Tables.CSV)
  String compareAsCsv(
      @RequestParam(required = false) @Nullable List<String> ids,
      @RequestParam(required = false) @Nullable List<String> models) {
    return Tables.csv(compared.find(ids, models));
  }

  @PostMapping("/{id}/cancel")
  @Operation(summary = "Call an evaluation off; it stops within a step")
  ResponseEntity<AppraisalDocument> cancel(@PathVariable String id) {
    return ResponseEntity.accepted().body(AppraisalDocument.of(desk.cancel(id)));
  }

  @GetMapping(path = "/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  @Operation(summary = "Follow an evaluation: server-sent events state, progress and cell")
  SseEmitter events(
      @PathVariable String id,
      @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId) {
    return followers.follow(events, appraisals.get(id).id(), lastEventId);
  }
}
