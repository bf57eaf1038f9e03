package dev.athanor.trainer.spec;

import dev.athanor.platform.error.Problem;
import java.util.HashMap;
import java.util.List;
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
      var spec = SpecReader.json.treeToValue(whole, AppraisalSpec.class);
      requireApart(spec.fractions());
      SpecReader.requireFewNeighbours("knn.k", spec.knn().k());
      return spec;
    } catch (JacksonException unfit) {
      throw Problem.unprocessable(SpecReader.describe(unfit));
    }
  }

  /// Figures are kept under the share of the labels as it reads, which is rounded.
  private static void requireApart(List<Double> fractions) {
    var seen = new HashMap<String, Integer>();
    for (int i = 0; i < fractions.size(); i++) {
      var before = seen.putIfAbsent(LabelShare.of(fractions.get(i)).toString(), i);
      if (before != null) {
        throw Problem.unprocessable(
            "fractions[%d]: %s (expected: apart from fractions[%d], %s, in the first six decimals)"
                .formatted(i, fractions.get(i), before, fractions.get(before)));
      }
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
