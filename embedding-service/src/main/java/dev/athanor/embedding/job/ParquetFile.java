package dev.athanor.embedding.job;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/// Vectors as a Parquet file: `id`, `split`, `label` (null where there is none), `embedding` (a
/// list of float32).
final class ParquetFile {
  private static final MessageType SCHEMA =
      MessageTypeParser.parseMessageType(
          """
          message embeddings {
            required binary id (STRING);
            required binary split (STRING);
            optional int32 label;
            required group embedding (LIST) {
              repeated group list {
                required float element;
              }
            }
          }
          """);

  private ParquetFile() {}

  static void write(Path file, List<Embedded> rows) throws IOException {
    try (var writer =
        new Builder(new LocalOutputFile(file))
            .withConf(new PlainParquetConfiguration())
            // Floats of vectors have no patterns; a codec would cost more than it saves.
            .withCompressionCodec(CompressionCodecName.UNCOMPRESSED)
            .withDictionaryEncoding("embedding.list.element", false)
            .build()) {
      for (var row : rows) {
        writer.write(row);
      }
    }
  }

  private static final class Builder extends ParquetWriter.Builder<Embedded, Builder> {
    Builder(OutputFile file) {
      super(file);
    }

    @Override
    protected Builder self() {
      return this;
    }

    @Override
    protected WriteSupport<Embedded> getWriteSupport(Configuration configuration) {
      return new Rows();
    }

    @Override
    protected WriteSupport<Embedded> getWriteSupport(ParquetConfiguration configuration) {
      return new Rows();
    }
  }

  private static final class Rows extends WriteSupport<Embedded> {
    @SuppressWarnings("NullAway.Init") // the writer hands it over before the first row
    private RecordConsumer out;

    @Override
    public WriteContext init(Configuration configuration) {
      return new WriteContext(SCHEMA, Map.of());
    }

    @Override
    public WriteContext init(ParquetConfiguration configuration) {
      return new WriteContext(SCHEMA, Map.of());
    }

    @Override
    public void prepareForWrite(RecordConsumer consumer) {
      out = consumer;
    }

    @Override
    public void write(Embedded row) {
      out.startMessage();
      text("id", 0, row.id());
      text("split", 1, row.split());
      var label = row.label();
      if (label != null) {
        out.startField("label", 2);
        out.addInteger(label);
        out.endField("label", 2);
      }
      out.startField("embedding", 3);
      out.startGroup();
      out.startField("list", 0);
      for (float value : row.vector()) {
        out.startGroup();
        out.startField("element", 0);
        out.addFloat(value);
        out.endField("element", 0);
        out.endGroup();
      }
      out.endField("list", 0);
      out.endGroup();
      out.endField("embedding", 3);
      out.endMessage();
    }

    private void text(String name, int index, String value) {
      out.startField(name, index);
      out.addBinary(Binary.fromString(value));
      out.endField(name, index);
    }
  }
}
