package dev.athanor.trainer.spec;

import dev.athanor.platform.error.Problem;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/// Reads what is asked of an evaluation, as strictly as [SpecReader].
@Component
public final class AppraisalReader {
  private final ObjectNode defaults = SpecReader.defaults("evaluation.yml");

  public AppraisalSpec read(byte[] document) {
    var given = SpecReader.tree("evaluation", SpecReader.json, document);
    var whole = defaults.deepCopy();
    if (given.has("perClass") && !given.has("fractions")) {
      whole.putArray("fractions");
    }
    SpecReader.overlay(whole, given);
    try {
      return SpecReader.json.treeToValue(whole, AppraisalSpec.class);
    } catch (JacksonException unfit) {
      throw Problem.unprocessable(SpecReader.describe(unfit));
    }
  }

  /// A spec as it was stored.
  public AppraisalSpec readStored(String document) {
    return SpecReader.json.readValue(document, AppraisalSpec.class);
  }

  /// A spec as it is stored and shown.
  public String write(AppraisalSpec spec) {
    return SpecReader.json.writeValueAsString(spec);
  }
}
