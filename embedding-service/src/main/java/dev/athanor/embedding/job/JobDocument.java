package dev.athanor.embedding.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A job as callers see it.
///
/// @param model `name@version`: what the name meant when the job was made
/// @param files those of whole parts, and `manifest.json` once the job has succeeded; null where
///   many documents are told, for a job may have thousands
@JsonInclude(JsonInclude.Include.NON_NULL)
record JobDocument(
    String id,
    JobState state,
    @Nullable String reason,
    String model,
    int dimensions,
    String dataset,
    int version,
    @Nullable String split,
    JobFormat format,
    Progress progress,
    Output output,
    @Nullable List<File> files,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt) {

  /// @param itemsPerSecond of the attempt under way
  /// @param secondsLeft at that rate
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Progress(
      long done, long total, @Nullable Double itemsPerSecond, @Nullable Long secondsLeft) {}

  /// How many files there are, and their bytes together.
  record Output(long files, long bytes) {}

  /// @param href where it is fetched
  record File(String name, long samples, long bytes, String sha256, String href) {
    static File of(String job, PartFile file) {
      return new File(
          file.name(),
          file.samples(),
          file.bytes(),
          file.sha256(),
          "/v1/embedding-jobs/%s/files/%s".formatted(job, file.name()));
    }
  }

  static JobDocument of(Job job, Output output, @Nullable List<PartFile> files) {
    return new JobDocument(
        job.id(),
        job.state(),
        job.reason(),
        job.model(),
        job.dimensions(),
        job.dataset(),
        job.version(),
        job.split(),
        job.format(),
        progress(job),
        output,
        files == null ? null : files.stream().map(file -> File.of(job.id(), file)).toList(),
        job.createdAt(),
        job.startedAt(),
        job.finishedAt());
  }

  private static Progress progress(Job job) {
    boolean known = job.state() == JobState.RUNNING && job.rate() > 0;
    return new Progress(
        job.done(),
        job.total(),
        known ? job.rate() : null,
        known ? (long) Math.ceil((job.total() - job.done()) / job.rate()) : null);
  }
}
