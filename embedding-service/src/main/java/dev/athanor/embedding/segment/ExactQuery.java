package dev.athanor.embedding.segment;

import java.io.IOException;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.knn.KnnCollectorManager;
import org.jspecify.annotations.Nullable;

/// The k nearest of all vectors that fit, whether or not there is a graph.
final class ExactQuery extends KnnFloatVectorQuery {
  ExactQuery(String field, float[] target, int k, @Nullable Query filter) {
    super(field, target, k, filter);
  }

  @Override
  protected TopDocs approximateSearch(
      LeafReaderContext context, AcceptDocs fitting, int limit, KnnCollectorManager collectors)
      throws IOException {
    return exactSearch(context, fitting.iterator(), null);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return super.equals(other);
  }

  @Override
  public int hashCode() {
    return super.hashCode();
  }
}
