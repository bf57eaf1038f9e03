package dev.athanor.embedding.job;

import dev.athanor.platform.body.Bodies;
import dev.athanor.platform.error.JsonErrors;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import dev.athanor.platform.idempotency.Fingerprint;
import dev.athanor.platform.name.Names;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.InputStreamResource;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Embedding jobs over REST.
@RestController
@RequestMapping("/v1/embedding-jobs")
@Tag(name = "embedding jobs")
class JobController {
  private static final int MOST = 200;
  private static final int LONGEST_BODY = 64 << 10;

  private final EmbeddingJobs jobs;
  private final JobFollowers followers;
  private final JsonMapper json;

  JobController(EmbeddingJobs jobs, JobFollowers followers, JsonMapper json) {
    this.jobs = jobs;
    this.followers = followers;
    this.json = json.rebuild().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
  }

  record Page(List<JobDocument> jobs, @Nullable String next) {}

  @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
  @Operation(
      summary = "Embed a dataset version into the object store, in the background",
      requestBody =
          @RequestBody(content = @Content(schema = @Schema(implementation = NewJob.class))))
  ResponseEntity<JobDocument> create(
      @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key,
      HttpServletRequest http) {
    var wanted = read(Bodies.read(http, LONGEST_BODY));
    var job = jobs.create(wanted, Fingerprint.of(key, json.writeValueAsString(wanted)));
    return ResponseEntity.accepted()
        .location(URI.create("/v1/embedding-jobs/" + job.id()))
        .body(job);
  }

  private NewJob read(byte[] body) {
    NewJob wanted;
    try {
      wanted = json.readValue(body, NewJob.class);
    } catch (JacksonException unreadable) {
      throw Problem.of(Kind.BAD_REQUEST, JsonErrors.describe(unreadable), unreadable);
    }
    if (wanted == null) {
      throw Problem.badRequest("body: null (expected: a JSON object)");
    }
    return wanted;
  }

  @GetMapping
  @Operation(summary = "All jobs, the newest first, without their files")
  Page list(
      @RequestParam(required = false) @Nullable String after,
      @RequestParam(defaultValue = "50") int limit) {
    if (limit < 1 || limit > MOST) {
      throw Problem.badRequest("limit: %d (expected: 1 to %d)".formatted(limit, MOST));
    }
    if (after != null) {
      Names.check("after", after);
    }
    var found = jobs.list(after, limit + 1);
    var page = found.subList(0, Math.min(limit, found.size()));
    return new Page(page, found.size() > limit ? page.getLast().id() : null);
  }

  @GetMapping("/{id}")
  @Operation(summary = "A job: its state, its progress, its files")
  JobDocument show(@PathVariable String id) {
    return jobs.get(id);
  }

  @GetMapping(path = "/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  @Operation(
      summary = "A job's document without its files as server-sent events, until it has ended")
  SseEmitter events(@PathVariable String id) {
    return followers.follow(id);
  }

  @PostMapping("/{id}/cancel")
  @ResponseStatus(HttpStatus.ACCEPTED)
  @Operation(summary = "Call a job off; the files of its whole parts stay until it is deleted")
  JobDocument cancel(@PathVariable String id) {
    return jobs.cancel(id);
  }

  @PostMapping("/{id}/retry")
  @ResponseStatus(HttpStatus.ACCEPTED)
  @Operation(summary = "Queue a job that has failed once more, with the parts that it has")
  JobDocument retry(@PathVariable String id) {
    return jobs.retry(id);
  }

  @DeleteMapping("/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(summary = "Delete a job that has ended, and its files")
  void delete(@PathVariable String id) {
    jobs.delete(id);
  }

  @GetMapping("/{id}/files/{name}")
  @Operation(summary = "Fetch a file of a job")
  ResponseEntity<Resource> file(@PathVariable String id, @PathVariable String name) {
    var open = jobs.open(id, name);
    return ResponseEntity.ok()
        .contentType(
            name.endsWith(".json")
                ? MediaType.APPLICATION_JSON
                : MediaType.APPLICATION_OCTET_STREAM)
        .contentLength(open.file().bytes())
        .header("X-Athanor-Sha256", open.file().sha256())
        .body(new InputStreamResource(open.content()));
  }
}
