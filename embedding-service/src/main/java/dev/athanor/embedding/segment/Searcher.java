package dev.athanor.embedding.segment;

import static org.apache.lucene.search.DocIdSetIterator.NO_MORE_DOCS;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.MultiBits;
import org.apache.lucene.index.MultiTerms;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// One state of an index, which does not change while it is held.
public final class Searcher implements AutoCloseable {
  private static final JsonMapper json = JsonMapper.shared();
  private static final TypeReference<TreeMap<String, String>> LABELS = new TypeReference<>() {};

  private final @Nullable DirectoryReader reader;
  private final VectorSpace space;

  Searcher(@Nullable DirectoryReader reader, VectorSpace space) {
    this.reader = reader;
    this.space = space;
  }

  /// The k nearest, the nearest first.
  ///
  /// @param target (D), prepared by the space's similarity
  /// @param candidates that the graph's search keeps in each segment, ef in the paper; at least k
  /// @param exact compares with every vector, even where there is a graph
  public List<Neighbour> nearest(
      float[] target, int k, int candidates, boolean exact, Filter filter) throws IOException {
    if (reader == null || reader.numDocs() == 0) {
      return List.of();
    }
    var searcher = new IndexSearcher(reader);
    // Filters differ from caller to caller; remembering them would only take memory.
    searcher.setQueryCache(null);
    var fitting = filter.isNone() ? null : filter.query();
    var query =
        exact || space.search() == Search.EXACT
            ? new ExactQuery(Fields.VECTOR, target, k, fitting)
            : new KnnFloatVectorQuery(Fields.VECTOR, target, candidates, fitting);
    var found = new ArrayList<Neighbour>();
    for (var hit : searcher.search(query, k).scoreDocs) {
      found.add(neighbour(reader, hit.doc, target));
    }
    var nearest = Comparator.comparingDouble(Neighbour::score);
    found.sort(space.similarity() == Similarity.EUCLIDEAN ? nearest : nearest.reversed());
    return found;
  }

  /// The entry with this id.
  public Optional<Entry> find(String id) throws IOException {
    if (reader == null) {
      return Optional.empty();
    }
    var found = new IndexSearcher(reader).search(new TermQuery(new Term(Fields.ID, id)), 1);
    return found.scoreDocs.length == 0
        ? Optional.empty()
        : Optional.of(entry(reader, found.scoreDocs[0].doc));
  }

  /// The first entries whose ids come after one, in the order of their code points.
  public List<Entry> after(String after, int limit) throws IOException {
    var found = new ArrayList<Entry>();
    var terms = reader == null ? null : MultiTerms.getTerms(reader, Fields.ID);
    if (reader == null || terms == null) {
      return found;
    }
    var live = MultiBits.getLiveDocs(reader);
    var ids = terms.iterator();
    PostingsEnum documents = null;
    for (var id = firstAfter(ids, after); id != null && found.size() < limit; id = ids.next()) {
      documents = ids.postings(documents, PostingsEnum.NONE);
      for (int it = documents.nextDoc(); it != NO_MORE_DOCS; it = documents.nextDoc()) {
        if (live == null || live.get(it)) { // deleted entries stay until segments merge
          found.add(entry(reader, it));
        }
      }
    }
    return found;
  }

  private static @Nullable BytesRef firstAfter(TermsEnum ids, String after) throws IOException {
    return switch (ids.seekCeil(new BytesRef(after))) {
      case FOUND -> ids.next();
      case NOT_FOUND -> ids.term();
      case END -> null;
    };
  }

  private static Entry entry(DirectoryReader open, int document) throws IOException {
    var stored = open.storedFields().document(document);
    SortedMap<String, String> labels = json.readValue(stored.get(Fields.LABELS), LABELS);
    return new Entry(
        stored.get(Fields.ID), vector(open, document), labels, stored.get(Fields.PAYLOAD));
  }

  private Neighbour neighbour(DirectoryReader open, int document, float[] target)
      throws IOException {
    var found = entry(open, document);
    return new Neighbour(
        found.id(),
        space.similarity().score(target, found.vector()),
        found.labels(),
        found.payload());
  }

  private static float[] vector(DirectoryReader open, int document) throws IOException {
    List<LeafReaderContext> leaves = open.leaves();
    var leaf = leaves.get(ReaderUtil.subIndex(document, leaves));
    var vectors = leaf.reader().getFloatVectorValues(Fields.VECTOR);
    var at = vectors.iterator();
    at.advance(document - leaf.docBase);
    return vectors.vectorValue(at.index()).clone(); // the next one read takes its place
  }

  /// How many of these ids are there.
  public long count(List<String> ids) throws IOException {
    return reader == null
        ? 0
        : new IndexSearcher(reader)
            .count(new TermInSetQuery(Fields.ID, ids.stream().map(BytesRef::new).toList()));
  }

  /// How many entries there are.
  public long entries() {
    return reader == null ? 0 : reader.numDocs();
  }

  @Override
  public void close() {
    if (reader != null) {
      try {
        reader.decRef();
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }
  }
}
