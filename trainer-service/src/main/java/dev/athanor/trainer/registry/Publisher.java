package dev.athanor.trainer.registry;

import dev.athanor.learning.card.Card;
import dev.athanor.learning.card.ModelFiles;
import dev.athanor.learning.training.TrainingSession;
import dev.athanor.platform.store.ObjectStore;
import dev.athanor.trainer.file.StoredFile;
import dev.athanor.trainer.job.Job;
import dev.athanor.trainer.run.Plan;
import dev.athanor.trainer.run.Run;
import dev.athanor.trainer.run.Runs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// Makes a version of a model out of a finished run: files first, then rows and the record for
/// `athanor.models` in one transaction. A worker that takes over in the middle does it all again
/// under the same version; the files are a function of the run, so nothing differs.
@Component
public class Publisher {
  private final ObjectStore store;
  private final Registrar registrar;
  private final Runs runs;
  private final JsonMapper json;

  Publisher(ObjectStore store, Registrar registrar, Runs runs, JsonMapper json) {
    this.store = store;
    this.registrar = registrar;
    this.runs = runs;
    this.json = json;
  }

  /// @param checkpoint the one that `session` stands at, as `<step>-<fence>`
  /// @param folder empty, for the files on their way
  public void publish(Job job, Plan plan, TrainingSession session, String checkpoint, Path folder) {
    var run = runs.get(job.run().id());
    var name = run.spec().name();
    var reserved = new AtomicInteger();
    job.rows().write(() -> reserved.set(registrar.reserve(name, run.id())));
    int version = reserved.get();
    try {
      var encoder = session.encoder();
      ModelFiles.write(
          folder, encoder, session.encoderWeights(), card(run, plan, session, version, checkpoint));
      var files = upload(folder, PublishedVersion.prefix(name, version));
      var card = Files.readString(folder.resolve(ModelFiles.CARD), StandardCharsets.UTF_8);
      job.rows().write(() -> registrar.publish(name, version, card, files));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private Card card(Run run, Plan plan, TrainingSession session, int version, String checkpoint) {
    int size = run.spec().viewSize();
    return new Card(
        run.spec().name(),
        version,
        Card.IMAGE_ENCODER,
        Card.Input.pixels(
            size,
            size,
            Objects.requireNonNull(session.spec().normalisation(), "images are normalised")),
        Card.Output.embedding(session.encoder()),
        asMap(run.spec().objective()),
        asMap(run.spec().encoder()),
        new Card.Dataset(run.dataset().dataset(), run.dataset().version()),
        metrics(run),
        new Card.Lineage(
            run.id(),
            plan.steps(),
            checkpoint,
            plan.augmenterBuild(),
            plan.threads(),
            run.parent() == null ? null : run.parent().reference()),
        new TreeMap<>());
  }

  private Map<String, Object> asMap(Object part) {
    return json.convertValue(part, new TypeReference<>() {});
  }

  /// The newest figures, and the lines of the table under names of their own.
  private static SortedMap<String, Double> metrics(Run run) {
    var metrics = new TreeMap<>(run.figures());
    run.table().forEach(verdict -> metrics.put(verdict.figure(), verdict.accuracy()));
    return metrics;
  }

  private List<StoredFile> upload(Path folder, String prefix) throws IOException {
    store.ensureBucket(Models.BUCKET);
    var described = new ArrayList<StoredFile>();
    try (var files = Files.list(folder)) {
      for (var file : files.sorted().toList()) {
        store.put(Models.BUCKET, prefix + file.getFileName(), file);
        described.add(StoredFile.describe(file));
      }
    }
    return described;
  }
}
