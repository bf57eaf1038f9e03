package dev.athanor.augmentation.dataset;

import dev.athanor.augmentation.format.Columns;
import dev.athanor.augmentation.progress.ProgressFollowers;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/// Datasets over REST.
@RestController
@RequestMapping("/v1/datasets")
class DatasetController {
  private static final int MOST = 1000;

  private final Datasets datasets;
  private final ProgressFollowers followers;

  DatasetController(Datasets datasets, ProgressFollowers followers) {
    this.datasets = datasets;
    this.followers = followers;
  }

  /// @param holdOut which part becomes the test split where there is none; 0.1 by default
  /// @param seed which samples those are; 0 by default
  /// @param columns of tables and JSON lines; `text` and `label` by default
  record NewVersion(@Nullable Double holdOut, @Nullable Long seed, @Nullable Columns columns) {}

  record DatasetPage(List<VersionRows.Listed> datasets, @Nullable String next) {}

  record VersionPage(List<DatasetVersion> versions, @Nullable Integer next) {}

  record UploadedFile(String file, String split, long bytes, String sha256) {}

  @Operation(summary = "Make a dataset's next version, to upload files to")
  @PostMapping("/{name}/versions")
  @ResponseStatus(HttpStatus.CREATED)
  DatasetVersion create(
      @PathVariable String name,
      @RequestBody(required = false) @Nullable NewVersion body,
      @RequestHeader(value = "Idempotency-Key", required = false) @Nullable String key) {
    double holdOut = body == null || body.holdOut() == null ? 0.1 : body.holdOut();
    long seed = body == null || body.seed() == null ? 0 : body.seed();
    var columns = body == null || body.columns() == null ? Columns.DEFAULT : body.columns();
    return datasets.create(name, holdOut, seed, columns, key);
  }

  @Operation(summary = "Upload a file; the body is the file's bytes, whatever its Content-Type")
  @PutMapping("/{name}/versions/{version}/files/{split}/{file}")
  UploadedFile upload(
      @PathVariable String name,
      @PathVariable int version,
      @PathVariable String split,
      @PathVariable String file,
      HttpServletRequest request)
      throws IOException {
    var stored =
        datasets.upload(
            name, version, split, file, request.getInputStream(), request.getContentLengthLong());
    return new UploadedFile(stored.file(), stored.split(), stored.bytes(), stored.sha256());
  }

  @Operation(summary = "Ingest what was uploaded, in the background")
  @PostMapping("/{name}/versions/{version}/ingest")
  @ResponseStatus(HttpStatus.ACCEPTED)
  DatasetVersion ingest(@PathVariable String name, @PathVariable int version) {
    return datasets.ingest(name, version);
  }

  @Operation(summary = "A version: its state, its progress, what it holds")
  @GetMapping("/{name}/versions/{version}")
  DatasetVersion version(@PathVariable String name, @PathVariable int version) {
    return datasets.version(name, version);
  }

  @Operation(summary = "A version's document as server-sent events, until it is READY or FAILED")
  @GetMapping(path = "/{name}/versions/{version}/events", produces = "text/event-stream")
  SseEmitter events(@PathVariable String name, @PathVariable int version) {
    return followers.follow(
        "%s version %d".formatted(name, version),
        () -> datasets.version(name, version),
        found -> found.state().isFinal());
  }

  @Operation(summary = "All datasets, by name")
  @GetMapping
  DatasetPage list(
      @RequestParam(defaultValue = "") String after,
      @RequestParam(defaultValue = "100") int limit) {
    var page = datasets.datasets(after, Paging.check(limit, MOST));
    return new DatasetPage(page, page.size() < limit ? null : page.getLast().name());
  }

  @Operation(summary = "A dataset's versions, the oldest first")
  @GetMapping("/{name}/versions")
  VersionPage versions(
      @PathVariable String name,
      @RequestParam(defaultValue = "0") int after,
      @RequestParam(defaultValue = "100") int limit) {
    var page = datasets.versions(name, after, Paging.check(limit, MOST));
    return new VersionPage(page, page.size() < limit ? null : page.getLast().version());
  }

  @Operation(summary = "Delete a version and its objects")
  @DeleteMapping("/{name}/versions/{version}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void delete(@PathVariable String name, @PathVariable int version) {
    datasets.delete(name, version);
  }
}
