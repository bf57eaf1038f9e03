package dev.athanor.trainer.run;

import dev.athanor.platform.error.Problem;
import dev.athanor.trainer.spec.ClmSpec;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// A causal run publishes two models, and so does the import of a language model; one of them has a
/// name that nobody wrote. Neither may become a version of a model that is something else.
@Component
public class LanguageModelNames {
  private static final String UNFINISHED = "state in ('QUEUED', 'RUNNING', 'EVALUATING')";

  /// Versions and what made them.
  private static final String MADE =
      "model_version v left join run r on r.id = v.run_id left join model_import i on i.id = v.import_id";

  private final JdbcClient jdbc;

  LanguageModelNames(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /// @param name of the run, or of the model that is imported or uploaded
  /// @param both whether it publishes a language model beside its encoder
  /// @throws Problem 409 where one of them would meet another's
  public void requireFree(String name, boolean both) {
    if (isLanguageModelOfAnother(name)) {
      throw Problem.conflict(
          "name: \"%s\" is the language model of \"%s\" (expected: another name)"
              .formatted(
                  name, name.substring(0, name.length() - ClmSpec.languageModel("").length())));
    }
    if (both && isAnother(ClmSpec.languageModel(name), name)) {
      throw Problem.conflict(
          "name: \"%s\" would publish its language model as \"%s\", which is another model (expected: another name)"
              .formatted(name, ClmSpec.languageModel(name)));
    }
  }

  private boolean isLanguageModelOfAnother(String model) {
    return jdbc.sql(
            """
            select exists (select 1 from %s where v.model = :model and coalesce(r.name, i.model) <> :model)
                or exists (select 1 from run
                           where name || :suffix = :model and spec #>> '{objective,kind}' = 'clm' and %s)
                or exists (select 1 from model_import where model || :suffix = :model and %2$s)"""
                .formatted(MADE, UNFINISHED))
        .param("model", model)
        .param("suffix", ClmSpec.languageModel(""))
        .query(Boolean.class)
        .single();
  }

  /// Uploaded, or published by runs or imports of another name, or about to be.
  private boolean isAnother(String model, String owner) {
    return jdbc.sql(
            """
            select exists (select 1 from %s where v.model = :model and coalesce(r.name, i.model) is distinct from :owner)
                or exists (select 1 from run where name = :model and %s)
                or exists (select 1 from model_import where model = :model and %2$s)"""
                .formatted(MADE, UNFINISHED))
        .param("model", model)
        .param("owner", owner)
        .query(Boolean.class)
        .single();
  }
}
