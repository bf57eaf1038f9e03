package dev.athanor.trainer.sweep;

import dev.athanor.platform.error.Problem;
import dev.athanor.platform.idempotency.Fingerprint;
import dev.athanor.platform.identity.IdSource;
import dev.athanor.trainer.dataset.DatasetFacts;
import dev.athanor.trainer.dataset.Datasets;
import dev.athanor.trainer.run.Run;
import dev.athanor.trainer.run.RunDesk;
import dev.athanor.trainer.run.RunState;
import dev.athanor.trainer.spec.DatasetReference;
import dev.athanor.trainer.spec.SpecReader;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/// Where sweeps are handed in and called off.
@Component
@EnableConfigurationProperties(SweepProperties.class)
class SweepDesk {
  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final SweepProperties properties;
  private final SpecReader specs;
  private final Datasets datasets;
  private final RunDesk desk;
  private final Sweeps sweeps;
  private final IdSource ids;
  private final Clock clock;

  SweepDesk(
      JdbcClient jdbc,
      TransactionTemplate transaction,
      SweepProperties properties,
      SpecReader specs,
      Datasets datasets,
      RunDesk desk,
      Sweeps sweeps,
      IdSource ids,
      Clock clock) {
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.properties = properties;
    this.specs = specs;
    this.datasets = datasets;
    this.desk = desk;
    this.sweeps = sweeps;
    this.ids = ids;
    this.clock = clock;
  }

  /// Queues a run for every cell, or none where one of them would be refused. The same key with the
  /// same request gives the same sweep again.
  ///
  /// @param key the caller's Idempotency-Key, if any
  Sweep create(SweepRequest asked, @Nullable String key) {
    var fingerprint = Fingerprint.of(key, asked.canonical());
    var before = createdWith(fingerprint);
    if (before.isPresent()) {
      return before.get();
    }
    if (asked.grid().size() > properties.runs()) {
      throw Problem.unprocessable(
          "grid: %d runs (expected: <= %d, athanor.trainer.sweep.runs)"
              .formatted(asked.grid().size(), properties.runs()));
    }
    var drafts = drafts(asked);
    var id = ids.next();
    try {
      transaction.executeWithoutResult(status -> insert(id, asked.grid(), drafts, fingerprint));
    } catch (DuplicateKeyException raced) {
      return createdWith(fingerprint).orElseThrow(() -> raced);
    }
    return sweeps.get(id);
  }

  private Optional<Sweep> createdWith(Fingerprint fingerprint) {
    return fingerprint.createdBefore(jdbc, "sweep", "sweep", "request").map(sweeps::get);
  }

  /// All cells see one version of a data set, whatever is ingested meanwhile.
  private List<RunDesk.Draft> drafts(SweepRequest asked) {
    var known = new HashMap<DatasetReference, DatasetFacts>();
    var drafts = new ArrayList<RunDesk.Draft>();
    for (int cell = 0; cell < asked.grid().size(); cell++) {
      try {
        var spec = specs.read(asked.grid().spec(asked.base(), cell));
        drafts.add(desk.draft(spec, dataset -> known.computeIfAbsent(dataset, datasets::find)));
      } catch (Problem unfit) {
        throw Problem.of(
            unfit.kind(),
            "cell %d %s: %s".formatted(cell, asked.grid().values(cell), unfit.getMessage()),
            unfit);
      }
    }
    return drafts;
  }

  private void insert(String id, Grid grid, List<RunDesk.Draft> drafts, Fingerprint fingerprint) {
    jdbc.sql(
            """
            insert into sweep (id, name, grid, idempotency_key, request_sha256, created_at)
            values (:id, :name, cast(:grid as json), :key, :sha, :now)""")
        .param("id", id)
        .param("name", drafts.getFirst().spec().name())
        .param("grid", grid.toJson())
        .param("key", fingerprint.key())
        .param("sha", fingerprint.sha256())
        .param("now", clock.instant().atOffset(ZoneOffset.UTC))
        .update();
    // Workers take runs in the order of their ids; those made within a millisecond have none.
    var runs = Stream.generate(ids::next).limit(drafts.size()).sorted().toList();
    for (int cell = 0; cell < drafts.size(); cell++) {
      desk.queue(runs.get(cell), drafts.get(cell));
      jdbc.sql("insert into sweep_cell (sweep_id, cell, run_id) values (:sweep, :cell, :run)")
          .param("sweep", id)
          .param("cell", cell)
          .param("run", runs.get(cell))
          .update();
    }
  }

  /// Calls off every run that has not ended.
  Sweep cancel(String id) {
    var sweep = sweeps.get(id);
    if (sweep.state() == SweepState.ENDED && sweep.counts().get(RunState.CANCELLED) == null) {
      throw Problem.conflict(
          "sweep %s has ended, %s (expected: one with a run that has not)"
              .formatted(id, sweep.counts()));
    }
    desk.cancelAll(sweep.runs().stream().map(Run::id).toList());
    return sweeps.get(id);
  }
}
