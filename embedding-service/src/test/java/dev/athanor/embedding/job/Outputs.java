package dev.athanor.embedding.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.embedding.RestClient;
import dev.hardwood.InputFile;
import dev.hardwood.reader.ParquetFileReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a job has made, fetched over REST and read by those who did not write it.
final class Outputs {
  private static final JsonMapper json = JsonMapper.shared();

  private Outputs() {}

  @SuppressWarnings("ArrayRecordComponent") // read, never compared
  record Row(String id, String split, @Nullable Integer label, float[] vector) {}

  static byte[] fetch(RestClient rest, JsonNode file) throws Exception {
    var answer = rest.bytes(file.path("href").asString());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).hasSize(file.path("bytes").asInt());
    var sha256 = MessageDigest.getInstance("SHA-256").digest(answer.body());
    assertThat(HexFormat.of().formatHex(sha256)).isEqualTo(file.path("sha256").asString());
    return answer.body();
  }

  static List<JsonNode> files(JsonNode job, String ending) {
    return job.path("files")
        .valueStream()
        .filter(file -> file.path("name").asString().endsWith(ending))
        .toList();
  }

  static List<Row> parquet(RestClient rest, JsonNode job) throws Exception {
    var rows = new ArrayList<Row>();
    for (var file : files(job, ".parquet")) {
      int before = rows.size();
      try (var reader = ParquetFileReader.open(InputFile.of(ByteBuffer.wrap(fetch(rest, file))));
          var from = reader.rowReader()) {
        while (from.hasNext()) {
          from.next();
          var floats = from.getList("embedding").floats();
          var vector = new float[floats.size()];
          for (int i = 0; i < vector.length; i++) {
            vector[i] = floats.get(i);
          }
          rows.add(
              new Row(
                  from.getString("id"),
                  from.getString("split"),
                  from.isNull("label") ? null : from.getInt("label"),
                  vector));
        }
      }
      assertThat(rows.size() - before).isEqualTo(file.path("samples").asInt());
    }
    return rows;
  }

  /// `.npy` and the lines beside it.
  static List<Row> npy(RestClient rest, JsonNode job) throws Exception {
    var rows = new ArrayList<Row>();
    var arrays = files(job, ".npy");
    var beside = files(job, ".jsonl");
    assertThat(beside).hasSameSizeAs(arrays);
    for (int part = 0; part < arrays.size(); part++) {
      var array = ByteBuffer.wrap(fetch(rest, arrays.get(part))).order(ByteOrder.LITTLE_ENDIAN);
      var lines =
          new String(fetch(rest, beside.get(part)), StandardCharsets.UTF_8).lines().toList();
      int dimensions = job.path("dimensions").asInt();
      int header = array.getShort(8);
      var described = new byte[header];
      array.get(10, described);
      assertThat(new String(described, StandardCharsets.US_ASCII))
          .startsWith(
              "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }"
                  .formatted(lines.size(), dimensions));
      var floats =
          array.position(10 + header).slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
      for (var line : lines) {
        var read = json.readTree(line);
        var vector = new float[dimensions];
        floats.get(vector);
        rows.add(
            new Row(
                read.path("id").asString(),
                read.path("split").asString(),
                read.has("label") ? read.path("label").asInt() : null,
                vector));
      }
      assertThat(floats.hasRemaining()).isFalse();
    }
    return rows;
  }
}
