package dev.athanor.embedding.segment;

import dev.athanor.embedding.segment.Snapshot.StoredFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.Version;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/// One process's files of an index, in a folder that is thrown away with it. Changes are made by
/// one thread at a time; any thread may search, and sees the state that was last [#publish]ed.
public final class LocalCopy {
  private static final Logger log = LoggerFactory.getLogger(LocalCopy.class);
  private static final JsonMapper json = JsonMapper.shared();
  private static final double BUFFER_MEGABYTES = 64;

  /// A merge holds the graph of its result on the heap, so its result is bounded.
  private static final double LARGEST_MERGED_MEGABYTES = 512;

  private static final double SEGMENTS_OF_A_SIZE = 8;

  private final SnapshotStore store;
  private final String index;
  private final VectorSpace space;
  private final Merges merges;
  private final Path folder;
  private final Directory directory;
  private final Map<String, StoredFile> stored = new HashMap<>();
  private @Nullable IndexWriter writer;
  private @Nullable Snapshot committed;
  private volatile long generation;
  private volatile @Nullable DirectoryReader reader;
  private volatile boolean discarded;

  private LocalCopy(
      SnapshotStore store, String index, VectorSpace space, Merges merges, Path folder)
      throws IOException {
    this.store = store;
    this.index = index;
    this.space = space;
    this.merges = merges;
    this.folder = folder;
    this.directory = FSDirectory.open(folder);
  }

  /// Fetches a snapshot; what `before` has of it already is taken from there.
  ///
  /// @param snapshot null for an index that never had one
  /// @param folder that does not exist yet
  public static LocalCopy fetch(
      SnapshotStore store,
      String index,
      VectorSpace space,
      @Nullable Snapshot snapshot,
      Merges merges,
      Path folder,
      @Nullable LocalCopy before)
      throws IOException {
    Files.createDirectories(folder);
    var copy = new LocalCopy(store, index, space, merges, folder);
    if (snapshot != null) {
      try {
        for (var file : snapshot.files()) {
          copy.bring(file, before);
        }
        copy.committed = snapshot;
        copy.publish();
      } catch (IOException | RuntimeException failure) {
        copy.discard();
        throw failure;
      }
    }
    return copy;
  }

  private void bring(StoredFile file, @Nullable LocalCopy before) throws IOException {
    var target = folder.resolve(file.name());
    if (before == null || !file.equals(before.stored.get(file.name())) || !link(before, target)) {
      store.fetch(file, target);
    }
    stored.put(file.name(), file);
  }

  /// False where the other copy's writer has merged the file away meanwhile.
  private static boolean link(LocalCopy before, Path target) {
    try {
      Files.createLink(target, before.folder.resolve(target.getFileName()));
      return true;
    } catch (IOException gone) {
      log.debug("{} is fetched, it cannot be linked: {}", target, gone.getMessage());
      return false;
    }
  }

  /// Of the state that searches see.
  public long generation() {
    return generation;
  }

  public void apply(Change change) throws IOException {
    var open = writer();
    switch (change) {
      case Change.Upsert(var entries) -> {
        for (var entry : entries) {
          open.updateDocument(new Term(Fields.ID, entry.id()), document(entry));
        }
      }
      case Change.Delete(var ids) ->
          open.deleteDocuments(
              ids.stream().map(id -> new Term(Fields.ID, id)).toArray(Term[]::new));
      case Change.DeleteMatching(var filter) -> open.deleteDocuments(filter.query());
    }
  }

  private Document document(Entry entry) {
    var document = new Document();
    document.add(new StringField(Fields.ID, entry.id(), Field.Store.YES));
    document.add(
        new KnnFloatVectorField(Fields.VECTOR, entry.vector(), space.similarity().function()));
    entry
        .labels()
        .forEach(
            (label, value) ->
                document.add(
                    new StringField(Fields.LABEL, Fields.label(label, value), Field.Store.NO)));
    document.add(new StoredField(Fields.LABELS, json.writeValueAsString(entry.labels())));
    if (entry.payload() != null) {
      document.add(new StoredField(Fields.PAYLOAD, entry.payload()));
    }
    return document;
  }

  private IndexWriter writer() throws IOException {
    var open = writer;
    if (open == null) {
      var sizes = new TieredMergePolicy();
      sizes.setMaxMergedSegmentMB(LARGEST_MERGED_MEGABYTES);
      sizes.setSegmentsPerTier(SEGMENTS_OF_A_SIZE);
      sizes.setNoCFSRatio(1);
      open =
          new IndexWriter(
              directory,
              new IndexWriterConfig()
                  .setCodec(WideVectors.codec(space))
                  .setCommitOnClose(false)
                  .setMergePolicy(sizes)
                  .setMergeScheduler(merges.scheduler())
                  .setRAMBufferSizeMB(BUFFER_MEGABYTES));
      writer = open;
    }
    return open;
  }

  /// Whether there is something to commit: changes, or segments that were merged meanwhile.
  public boolean hasUncommitted() {
    return writer != null && writer.hasUncommittedChanges();
  }

  /// A snapshot, and where its manifest lies.
  public record Committed(Snapshot snapshot, String manifest) {}

  /// Writes everything into the object store, files first. After a failure this copy is ahead of
  /// the truth and must be discarded.
  ///
  /// @param attempt names this try and no other
  public Committed commit(long next, String attempt) throws IOException {
    writer().commit();
    var commit = SegmentInfos.readLatestCommit(directory);
    var files = new ArrayList<StoredFile>();
    for (var name : new TreeSet<>(commit.files(true))) {
      var file = stored.get(name);
      if (file == null) {
        file = store.upload(index, attempt, folder.resolve(name));
        stored.put(name, file);
      }
      files.add(file);
    }
    stored.keySet().retainAll(commit.files(true));
    long deleted = commit.asList().stream().mapToLong(segment -> segment.getDelCount()).sum();
    var snapshot =
        new Snapshot(
            index,
            next,
            Version.LATEST.toString(),
            commit.totalMaxDoc() - deleted,
            deleted,
            commit.size(),
            files);
    var manifest = store.write(snapshot, attempt);
    committed = snapshot;
    return new Committed(snapshot, manifest);
  }

  /// How many there are in what was last committed.
  public long entries() {
    return committed == null ? 0 : committed.entries();
  }

  /// Lets searches see what was last committed.
  public void publish() throws IOException {
    var last = committed;
    if (last == null || last.generation() == generation) {
      return;
    }
    var old = reader;
    var next = old == null ? DirectoryReader.open(directory) : DirectoryReader.openIfChanged(old);
    if (next != null) {
      reader = next;
      if (old != null) {
        old.decRef();
      }
    }
    generation = last.generation();
  }

  /// A view of the state as it is now, which the caller closes; null where the copy was discarded.
  public @Nullable Searcher searcher() {
    while (!discarded) {
      var now = reader;
      if (now == null || now.tryIncRef()) {
        return new Searcher(now, space);
      }
    }
    return null;
  }

  /// Drops the copy; searches that are under way end undisturbed. May wait for a merge to give up.
  public void discard() {
    discarded = true;
    try {
      if (writer != null) {
        writer.rollback();
      }
      var now = reader;
      if (now != null) {
        now.decRef();
      }
      directory.close();
      try (var files = Files.walk(folder)) {
        for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException | UncheckedIOException failure) {
      log.warn("{} could not be cleared", folder, failure);
    }
  }

  @Override
  public String toString() {
    return index + " in " + Objects.requireNonNull(folder.getFileName());
  }
}
