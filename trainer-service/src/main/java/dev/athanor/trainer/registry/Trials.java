package dev.athanor.trainer.registry;

import dev.athanor.platform.error.Problem;
import dev.athanor.trainer.file.StoredFile;
import dev.athanor.trainer.role.ApiRole;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/// Who tries which uploaded version. A trial holds its version for a time; one that has not judged
/// by then has died with its service, and the version is given to the next who asks. Only the
/// newest trial may judge.
@Component
@ApiRole
class Trials {
  private static final Logger log = LoggerFactory.getLogger(Trials.class);

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final Registrar registrar;
  private final Models models;
  private final UploadProperties properties;

  Trials(
      JdbcClient jdbc,
      TransactionTemplate transaction,
      Registrar registrar,
      Models models,
      UploadProperties properties) {
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.registrar = registrar;
    this.models = models;
    this.properties = properties;
  }

  /// A version to be tried.
  ///
  /// @param fence to be named by the verdict
  /// @param attempt from 1
  /// @param prefix of its objects in the bucket
  record Trial(
      String model,
      int version,
      long fence,
      int attempt,
      String prefix,
      String card,
      List<StoredFile> files) {}

  /// How a trial ended.
  enum Outcome {
    READY,
    REJECTED,
    /// It ended through no fault of the model that anybody could tell: tried again, some times.
    UNDECIDED,
    /// What it takes beside the model was missing: tried again until it is there.
    NOT_HELD
  }

  private record Claim(String model, int version, long trialFence, int trialAttempts) {}

  /// The version that has waited longest, which nobody else gets for as long as `hold`.
  Optional<Trial> take(Duration hold) {
    for (var claim = claim(hold); claim.isPresent(); claim = claim(hold)) {
      var taken = claim.get();
      if (taken.trialAttempts() <= properties.trials()) {
        return Optional.of(trial(taken));
      }
      judge(
          taken.model(),
          taken.version(),
          taken.trialFence(),
          Outcome.REJECTED,
          "gave up: %d trials ended with the service that ran them".formatted(properties.trials()),
          null);
    }
    return Optional.empty();
  }

  private Optional<Claim> claim(Duration hold) {
    return jdbc.sql(
            """
            update model_version v
            set trial_fence = v.trial_fence + 1, trial_attempts = v.trial_attempts + 1,
                trial_until = now() + make_interval(secs => :hold)
            from (
              select model, version from model_version
              where state = 'PENDING' and (trial_until is null or trial_until < now())
              order by created_at limit 1 for update skip locked
            ) free
            where v.model = free.model and v.version = free.version
            returning v.model, v.version, v.trial_fence, v.trial_attempts\
            """)
        .param("hold", hold.toMillis() / 1000.0)
        .query(Claim.class)
        .optional();
  }

  private Trial trial(Claim claim) {
    var version = models.version(claim.model(), claim.version());
    return new Trial(
        claim.model(),
        claim.version(),
        claim.trialFence(),
        claim.trialAttempts(),
        version.prefix(),
        version.card(),
        version.files());
  }

  /// Ends a trial.
  ///
  /// @param reason of a rejection, or why there is no verdict
  /// @throws Problem where the version is not PENDING any more, or a later trial has it
  void judge(
      String model,
      int version,
      long fence,
      Outcome outcome,
      @Nullable String reason,
      @Nullable TrialFigures figures) {
    boolean known =
        Boolean.TRUE.equals(
            transaction.execute(
                status ->
                    switch (outcome) {
                      case READY -> registrar.judge(model, version, fence, null, figures);
                      case REJECTED ->
                          registrar.judge(model, version, fence, String.valueOf(reason), figures);
                      case UNDECIDED -> undecided(model, version, fence, String.valueOf(reason));
                      case NOT_HELD -> postpone(model, version, fence, 0).isPresent();
                    }));
    if (!known) {
      throw Problem.conflict(
          "trial: %d of %s version %d is over (expected: the newest trial of a PENDING version)"
              .formatted(fence, Problem.quote(model), version));
    }
    log.info(
        "{} version {}: trial {} ended {} {}",
        model,
        version,
        fence,
        outcome,
        reason == null ? "" : Problem.quote(reason));
  }

  private boolean undecided(String model, int version, long fence, String reason) {
    registrar.lock(model);
    var attempts = postpone(model, version, fence, 1);
    if (attempts.isPresent() && attempts.get() >= properties.trials()) {
      return registrar.judge(
          model,
          version,
          fence,
          "gave up after %d trials: %s".formatted(attempts.get(), reason),
          null);
    }
    return attempts.isPresent();
  }

  /// Nobody gets the version for ten seconds, the next time for a minute, then for five: what was
  /// missing may take a while to come back.
  ///
  /// @param counted attempts that this trial was; 0 where it says nothing of the model
  /// @return attempts up to now; empty where the trial is over
  private Optional<Integer> postpone(String model, int version, long fence, int counted) {
    return jdbc.sql(
            """
            update model_version
            set trial_attempts = trial_attempts - 1 + :counted, trial_pauses = trial_pauses + 1,
                trial_until = now() + make_interval(secs => (array[10, 60, 300])[least(trial_pauses, 2) + 1])
            where model = :model and version = :version and state = 'PENDING' and trial_fence = :fence
            returning trial_attempts\
            """)
        .param("counted", counted)
        .param("model", model)
        .param("version", version)
        .param("fence", fence)
        .query(Integer.class)
        .optional();
  }
}
