package dev.athanor.trainer.run;

import dev.athanor.platform.error.Problem;
import dev.athanor.trainer.spec.ClmSpec;
import dev.athanor.trainer.spec.RunSpec;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// A causal run publishes two models, of which one has a name that nobody wrote. Neither may become
/// a version of a model that is something else.
@Component
class LanguageModelNames {
  private static final String UNFINISHED = "state in ('QUEUED', 'RUNNING', 'EVALUATING')";

  private final JdbcClient jdbc;

  LanguageModelNames(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /// @throws Problem 409 where the run's model, or its language model, would meet another's
  void requireFree(RunSpec spec) {
    var name = spec.name();
    if (isLanguageModelOfAnother(name)) {
      throw Problem.conflict(
          "name: \"%s\" is the language model of the runs named \"%s\" (expected: another name)"
              .formatted(
                  name, name.substring(0, name.length() - ClmSpec.languageModel("").length())));
    }
    if (spec.objective() instanceof ClmSpec && isAnother(ClmSpec.languageModel(name), name)) {
      throw Problem.conflict(
          "name: \"%s\" would publish its language model as \"%s\", which is another model (expected: another name)"
              .formatted(name, ClmSpec.languageModel(name)));
    }
  }

  private boolean isLanguageModelOfAnother(String model) {
    return jdbc.sql(
            """
            select exists (select 1 from model_version v join run r on r.id = v.run_id
                           where v.model = :model and r.name <> :model)
                or exists (select 1 from run
                           where name || :suffix = :model and spec #>> '{objective,kind}' = 'clm' and %s)"""
                .formatted(UNFINISHED))
        .param("model", model)
        .param("suffix", ClmSpec.languageModel(""))
        .query(Boolean.class)
        .single();
  }

  /// Uploaded, or published by runs of another name, or about to be.
  private boolean isAnother(String model, String owner) {
    return jdbc.sql(
            """
            select exists (select 1 from model_version v left join run r on r.id = v.run_id
                           where v.model = :model and r.name is distinct from :owner)
                or exists (select 1 from run where name = :model and %s)"""
                .formatted(UNFINISHED))
        .param("model", model)
        .param("owner", owner)
        .query(Boolean.class)
        .single();
  }
}
