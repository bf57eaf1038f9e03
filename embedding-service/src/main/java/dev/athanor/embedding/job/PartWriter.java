package dev.athanor.embedding.job;

import dev.athanor.embedding.raw.Matrix;
import dev.athanor.embedding.raw.NumberType;
import dev.athanor.platform.digest.Sha256;
import dev.athanor.platform.store.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// Writes a part's files and puts them into the object store. A claim writes below a prefix of its
/// own, so that one that was lost never spoils what its successor writes:
///
/// ```
/// athanor-embeddings/<job id>/<fence>/part-00000.parquet
/// athanor-embeddings/<job id>/<fence>/part-00000.npy          float32 (N, D)
/// athanor-embeddings/<job id>/<fence>/part-00000.jsonl        id, split and label of each row
/// athanor-embeddings/<job id>/<fence>/manifest.json           last
/// ```
final class PartWriter {
  static final String BUCKET = "athanor-embeddings";

  /// How the folder of a file begins while that is written: soon gone.
  static final String FOLDER = "job-";

  private static final String MANIFEST = "manifest.json";
  private static final JsonMapper json = JsonMapper.shared();

  private final ObjectStore store;
  private final Path folder;
  private final String prefix;

  /// @param folder that exists, where files are while they are written
  PartWriter(ObjectStore store, Path folder, JobRows.Claim claim) {
    this.store = store;
    this.folder = folder;
    this.prefix = claim.id() + "/" + claim.fence() + "/";
  }

  List<PartFile> write(int part, JobFormat format, List<Embedded> rows) throws IOException {
    var name = "part-%05d".formatted(part);
    var files = new ArrayList<PartFile>();
    if (format.parquet()) {
      files.add(put(name + ".parquet", rows.size(), file -> ParquetFile.write(file, rows)));
    }
    if (format.npy()) {
      var vectors = rows.stream().map(Embedded::vector).toArray(float[][]::new);
      files.add(
          put(
              name + ".npy",
              rows.size(),
              file -> Files.write(file, Matrix.npy(vectors, NumberType.FLOAT32))));
      files.add(put(name + ".jsonl", rows.size(), file -> Files.write(file, lines(rows))));
    }
    return files;
  }

  private static List<String> lines(List<Embedded> rows) {
    return rows.stream()
        .map(
            row -> {
              Map<String, Object> line = new LinkedHashMap<>();
              line.put("id", row.id());
              line.put("split", row.split());
              if (row.label() != null) {
                line.put("label", row.label());
              }
              return json.writeValueAsString(line);
            })
        .toList();
  }

  /// What a finished job is, and all of its files.
  PartFile manifest(Job job, List<PartFile> files) throws IOException {
    var document = new LinkedHashMap<String, Object>();
    document.put("job", job.id());
    document.put("model", job.model());
    document.put("dimensions", job.dimensions());
    document.put("dataset", job.dataset());
    document.put("version", job.version());
    document.put("split", job.split());
    document.put("samples", job.total());
    document.put("files", files);
    return put(
        MANIFEST,
        job.total(),
        file -> Files.writeString(file, json.writeValueAsString(document), StandardCharsets.UTF_8));
  }

  @FunctionalInterface
  private interface Content {
    void writeTo(Path file) throws IOException;
  }

  private PartFile put(String name, long samples, Content content) throws IOException {
    var own = Files.createTempDirectory(folder, FOLDER);
    var file = own.resolve(name);
    try {
      content.writeTo(file);
      store.put(BUCKET, prefix + name, file);
      return new PartFile(name, prefix + name, samples, Files.size(file), Sha256.hex(file));
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(own);
    }
  }
}
