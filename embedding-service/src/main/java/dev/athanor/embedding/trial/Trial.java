package dev.athanor.embedding.trial;

import dev.athanor.embedding.batching.BatchingProperties;
import dev.athanor.embedding.catalogue.Card;
import dev.athanor.embedding.catalogue.PublishedFile;
import dev.athanor.embedding.graph.GraphCheck;
import dev.athanor.embedding.graph.GraphRefused;
import dev.athanor.platform.error.Problem;
import dev.athanor.platform.store.ObjectStore;
import dev.athanor.platform.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One version's trial: its card is read, its files are fetched and verified, `model.onnx` is read
/// as a file, and then run in a process of its own.
final class Trial {
  private static final Logger log = LoggerFactory.getLogger(Trial.class);

  /// Where a trial has its folder, and how that begins.
  static final Path ROOT = Path.of(System.getProperty("java.io.tmpdir"));

  static final String FOLDER = "athanor-trial-";

  static final String CARD = "card.json";
  static final String MODEL = "model.onnx";

  private static final Set<String> FETCHED = Set.of(MODEL, Card.Tokens.TOKENIZER);

  private final ObjectStore store;
  private final TrialProcess process;
  private final BatchingProperties batching;

  Trial(ObjectStore store, TrialProcess process, BatchingProperties batching) {
    this.store = store;
    this.process = process;
    this.batching = batching;
  }

  /// Tries it; where the thread is interrupted there is no verdict, and it stays interrupted.
  Verdict of(Candidate candidate) {
    try {
      var card = Card.parse(candidate.card());
      var folder = Files.createTempDirectory(ROOT, FOLDER);
      try {
        fetch(candidate, folder);
        GraphCheck.check(folder.resolve(MODEL), card);
        return process.run(folder, most(candidate, card));
      } finally {
        delete(folder);
      }
    } catch (IllegalArgumentException | GraphRefused wrong) {
      return new Verdict.Rejected(String.valueOf(wrong.getMessage()));
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return new Verdict.NotHeld("the service that tried it stopped");
    } catch (IOException | StoreException failure) {
      log.warn("{}: the trial could not be held", candidate.id(), failure);
      return new Verdict.NotHeld(
          "the trial could not be held: " + Problem.quote(failure.getMessage()));
    }
  }

  private int most(Candidate candidate, Card card) {
    int option = batching.limits(candidate.model(), card.input()).maxBatch();
    return FullBatch.most(card.input(), option, Runtime.getRuntime().maxMemory());
  }

  private void fetch(Candidate candidate, Path folder) throws IOException {
    Files.writeString(folder.resolve(CARD), candidate.card());
    for (var file : candidate.files()) {
      if (FETCHED.contains(file.name())) {
        store.fetch(
            PublishedFile.BUCKET,
            candidate.prefix() + file.name(),
            file.sha256(),
            folder.resolve(file.name()));
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
