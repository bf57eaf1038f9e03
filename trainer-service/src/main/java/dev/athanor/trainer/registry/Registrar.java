package dev.athanor.trainer.registry;

import dev.athanor.contracts.registry.ModelFile;
import dev.athanor.contracts.registry.ModelState;
import dev.athanor.contracts.registry.ModelVersion;
import dev.athanor.platform.error.Problem;
import dev.athanor.platform.kafka.KafkaConfiguration;
import dev.athanor.platform.kafka.Topics;
import dev.athanor.platform.name.Names;
import dev.athanor.trainer.file.StoredFile;
import dev.athanor.trainer.outbox.Outbox;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.SimplePropertyRowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/// Changes the registry. Every change is one transaction that holds the model's row, raises its
/// revision and leaves its whole state in the outbox.
@Component
class Registrar {
  /// Follows the newest version that is ready; callers cannot set it.
  static final String LATEST = "latest";

  /// A record's, less its key and header.
  private static final int LARGEST_STATE_BYTES = KafkaConfiguration.LARGEST_RECORD_BYTES - 1024;

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final JsonMapper json;
  private final Models models;
  private final Outbox outbox;
  private final Clock clock;

  Registrar(
      JdbcClient jdbc,
      TransactionTemplate transaction,
      JsonMapper json,
      Models models,
      Outbox outbox,
      Clock clock) {
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.json = json;
    this.models = models;
    this.outbox = outbox;
    this.clock = clock;
  }

  /// What makes a version here: a run or an import, each with a column of its own.
  record Maker(String column, String id) {
    static Maker run(String id) {
      return new Maker("run_id", id);
    }

    static Maker imported(String id) {
      return new Maker("import_id", id);
    }
  }

  /// The version of `model` that the maker publishes: a new one, or the one that it was given
  /// before a crash. Part of the caller's transaction. Nobody sees it before [#publish].
  int reserve(String model, Maker maker) {
    addModel(model);
    lock(model);
    return jdbc.sql(
            "select version from model_version where %s = :maker and model = :model"
                .formatted(maker.column()))
        .param("maker", maker.id())
        .param("model", model)
        .query(Integer.class)
        .optional()
        .orElseGet(
            () ->
                jdbc.sql(
                        """
                        insert into model_version (model, version, state, %s, created_at)
                        select :model, coalesce(max(version), 0) + 1, 'PUBLISHING', :maker, :now
                        from model_version where model = :model
                        returning version"""
                            .formatted(maker.column()))
                    .param("model", model)
                    .param("maker", maker.id())
                    .param("now", now())
                    .query(Integer.class)
                    .single());
  }

  /// A version that a maker was given and has not published.
  record Reserved(String model, int version) {}

  List<Reserved> reserved(Maker maker) {
    return jdbc.sql(
            "select model, version from model_version where %s = :maker and state = 'PUBLISHING'"
                .formatted(maker.column()))
        .param("maker", maker.id())
        .query(new SimplePropertyRowMapper<>(Reserved.class))
        .list();
  }

  private void addModel(String model) {
    jdbc.sql("insert into model (name, created_at) values (:model, :now) on conflict do nothing")
        .param("model", model)
        .param("now", now())
        .update();
  }

  private OffsetDateTime now() {
    return clock.instant().atOffset(ZoneOffset.UTC);
  }

  /// Makes a reserved version visible, its files being in the object store. Part of the caller's
  /// transaction; publishing again changes nothing.
  void publish(String model, int version, String card, List<StoredFile> files) {
    int changed =
        jdbc.sql(
                """
                update model_version set state = 'READY', card = :card, files = cast(:files as json)
                where model = :model and version = :version and state = 'PUBLISHING'""")
            .param("card", card)
            .param("files", json.writeValueAsString(files))
            .param("model", model)
            .param("version", version)
            .update();
    if (changed == 1) {
      announce(model);
    }
  }

  /// What an upload consists of, once its version is known.
  ///
  /// @param card `card.json` to the byte
  record Uploaded(String card, List<StoredFile> files) {}

  /// Makes the next version of a model out of uploaded files, PENDING, and returns its number. Part
  /// of the caller's transaction.
  ///
  /// @param prefix of its objects in the bucket
  /// @param describe told the version
  /// @throws Problem where the model's state would not fit into a record any more
  int pend(String model, String prefix, IntFunction<Uploaded> describe) {
    addModel(model);
    lock(model);
    int version =
        jdbc.sql("select coalesce(max(version), 0) + 1 from model_version where model = :model")
            .param("model", model)
            .query(Integer.class)
            .single();
    var uploaded = describe.apply(version);
    jdbc.sql(
            """
            insert into model_version (model, version, state, card, files, prefix, created_at)
            values (:model, :version, 'PENDING', :card, cast(:files as json), :prefix, :now)""")
        .param("model", model)
        .param("version", version)
        .param("card", uploaded.card())
        .param("files", json.writeValueAsString(uploaded.files()))
        .param("prefix", prefix)
        .param("now", now())
        .update();
    requireRoom(model, announce(model));
    return version;
  }

  /// Versions that took hours to make are not refused: they are served once others are retired.
  private static void requireRoom(String model, int bytes) {
    if (bytes > LARGEST_STATE_BYTES) {
      throw Problem.conflict(
          "model: \"%s\" with this version comes to %d bytes of cards (expected: at most %d; retire versions that nobody needs)"
              .formatted(model, bytes, LARGEST_STATE_BYTES));
    }
  }

  /// Ends the trial of a version: READY, or REJECTED where there is a reason. Part of the caller's
  /// transaction.
  ///
  /// @param fence of the trial
  /// @return false where the version is not PENDING any more, or a later trial has it
  boolean judge(
      String model,
      int version,
      long fence,
      @Nullable String reason,
      @Nullable TrialFigures figures) {
    lock(model);
    int changed =
        jdbc.sql(
                """
                update model_version
                set state = :state, reason = :reason, trial = cast(:trial as json), trial_until = null
                where model = :model and version = :version and state = 'PENDING' and trial_fence = :fence""")
            .param("state", reason == null ? "READY" : "REJECTED")
            .param("reason", reason)
            .param("trial", figures == null ? null : json.writeValueAsString(figures))
            .param("model", model)
            .param("version", version)
            .param("fence", fence)
            .update();
    if (changed == 1) {
      announce(model);
    }
    return changed == 1;
  }

  /// Lets `alias` name a version that is ready.
  void point(String model, String alias, int version) {
    checkSettable(alias);
    transaction.executeWithoutResult(
        status -> {
          lock(model);
          var found = models.version(model, version);
          if (found.state() != ModelVersionState.READY) {
            throw Problem.conflict(
                "version: %d of %s is %s (expected: READY)"
                    .formatted(version, model, found.state()));
          }
          jdbc.sql(
                  """
                  insert into model_alias (model, alias, version) values (:model, :alias, :version)
                  on conflict (model, alias) do update set version = excluded.version""")
              .param("model", model)
              .param("alias", alias)
              .param("version", version)
              .update();
          announce(model);
        });
  }

  void unpoint(String model, String alias) {
    checkSettable(alias);
    transaction.executeWithoutResult(
        status -> {
          lock(model);
          models.versions(model);
          int gone =
              jdbc.sql("delete from model_alias where model = :model and alias = :alias")
                  .param("model", model)
                  .param("alias", alias)
                  .update();
          if (gone == 0) {
            throw Problem.notFound(
                "alias: %s of %s (expected: one of %s)"
                    .formatted(alias, model, models.aliases(model).keySet()));
          }
          announce(model);
        });
  }

  private static void checkSettable(String alias) {
    Names.check("alias", alias);
    if (alias.equals(LATEST) || alias.chars().allMatch(Character::isDigit)) {
      throw Problem.badRequest(
          "alias: %s (expected: a word, and not \"latest\", which follows the newest version by itself)"
              .formatted(Problem.quote(alias)));
    }
  }

  /// Takes a version out of service. One that callers' aliases name stays until they are moved.
  void retire(String model, int version) {
    transaction.executeWithoutResult(
        status -> {
          lock(model);
          var found = models.version(model, version);
          if (found.state() == ModelVersionState.REJECTED) {
            throw Problem.conflict(
                "version: %d of %s is REJECTED (expected: a version that could be served)"
                    .formatted(version, model));
          }
          var named = found.aliases().stream().filter(alias -> !alias.equals(LATEST)).toList();
          if (!named.isEmpty()) {
            throw Problem.conflict(
                "version: %d of %s is named by %s (expected: by no alias but latest; move it first)"
                    .formatted(version, model, named));
          }
          jdbc.sql(
                  "update model_version set state = 'RETIRED' where model = :model and version = :version")
              .param("model", model)
              .param("version", version)
              .update();
          announce(model);
        });
  }

  /// What is read from here on does not change before the transaction ends. A model that there is
  /// not locks nothing.
  void lock(String model) {
    jdbc.sql("select name from model where name = :model for update")
        .param("model", model)
        .query(String.class)
        .optional();
  }

  /// Leaves the model's state in the outbox, and returns how many bytes it has.
  private int announce(String model) {
    long revision =
        jdbc.sql("update model set revision = revision + 1 where name = :model returning revision")
            .param("model", model)
            .query(Long.class)
            .single();
    followLatest(model);
    var state =
        ModelState.newBuilder()
            .setName(model)
            .setRevision(revision)
            .putAllAliases(models.aliases(model));
    models.versions(model).reversed().forEach(version -> state.addVersions(message(version)));
    var whole = state.build();
    outbox.add(Topics.MODELS, model, whole);
    return whole.getSerializedSize();
  }

  private void followLatest(String model) {
    jdbc.sql("delete from model_alias where model = :model and alias = :latest")
        .param("model", model)
        .param("latest", LATEST)
        .update();
    jdbc.sql(
            """
            insert into model_alias (model, alias, version)
            select model, :latest, max(version) from model_version where model = :model and state = 'READY' group by model""")
        .param("model", model)
        .param("latest", LATEST)
        .update();
  }

  /// A model grows by a version with every run of its name, so that what is served no more goes out
  /// without card and files.
  private ModelVersion message(PublishedVersion version) {
    var message =
        ModelVersion.newBuilder()
            .setVersion(version.version())
            .setState(version.state().name())
            .setCreatedAtMs(version.createdAt().toEpochMilli())
            .setPrefix(version.prefix());
    if (version.reason() != null) {
      message.setReason(version.reason());
    }
    if (version.state() == ModelVersionState.REJECTED
        || version.state() == ModelVersionState.RETIRED) {
      return message.build();
    }
    message.setCardJson(Objects.requireNonNull(version.card()));
    if (version.trial() != null) {
      message.setMemoryBytes(json.readValue(version.trial(), TrialFigures.class).memoryBytes());
    }
    for (var file : version.files()) {
      message.addFiles(
          ModelFile.newBuilder()
              .setName(file.name())
              .setBytes(file.bytes())
              .setSha256(file.sha256()));
    }
    return message.build();
  }
}
