package dev.athanor.embedding.segment;

import java.io.IOException;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;

/// Lucene's own HNSW format for more dimensions than it admits by default. That bound is asked for
/// only while documents are added and is no part of the files, so it is written and read under the
/// format's own name, and any Lucene can open the segments.
final class WideVectors extends KnnVectorsFormat {
  private static final int SMALLEST_GRAPH = 100;

  private final KnnVectorsFormat format;

  private WideVectors(KnnVectorsFormat format) {
    super(format.getName());
    this.format = format;
  }

  static Codec codec(VectorSpace space) {
    // A segment whose search would visit as many vectors as it has gets no graph; with this
    // threshold none does.
    int threshold = space.search() == Search.EXACT ? Integer.MAX_VALUE : SMALLEST_GRAPH;
    var format =
        new WideVectors(
            new Lucene99HnswVectorsFormat(
                space.connections(), space.efConstruction(), 1, null, threshold));
    return new Lucene104Codec() {
      @Override
      public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
        return format;
      }
    };
  }

  @Override
  public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
    return format.fieldsWriter(state);
  }

  @Override
  public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
    return format.fieldsReader(state);
  }

  @Override
  public int getMaxDimensions(String field) {
    return VectorSpace.MOST_DIMENSIONS;
  }
}
