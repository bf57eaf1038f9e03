package dev.athanor.embedding.inference;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.athanor.embedding.catalogue.FuzzedCards;
import dev.athanor.platform.error.Problem;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/// The Open Inference Protocol's body: the header with the JSON's length, the JSON, the tensors
/// behind it.
public final class InferRequestFuzz {
  private static final JsonMapper json = JsonMapper.shared();
  private static final List<ModelTensors> models =
      FuzzedCards.BOTH.stream().map(ModelTensors::new).toList();

  private InferRequestFuzz() {}

  /// The first bytes choose the model and what becomes of long texts, then: no header, one that is
  /// right, one of the caller's making.
  public static void fuzzerTestOneInput(FuzzedDataProvider data) {
    int model = data.consumeInt(0, 1);
    boolean truncate = data.consumeBoolean();
    int choice = data.consumeInt(0, 2);
    var made = choice == 2 ? data.consumeString(12) : "";
    int behind = choice == 1 ? data.consumeInt(0, 64) : 0;
    var body = data.consumeRemainingAsBytes();
    var header =
        switch (choice) {
          case 0 -> null;
          case 1 -> Integer.toString(Math.max(0, body.length - behind));
          default -> made;
        };
    try {
      var request = InferRequest.parse(json, body, InferRequest.jsonLength(body.length, header));
      var tensors = models.get(model);
      request.outputs().forEach(tensors::checkOutput);
      tensors.read(request.inputs(), truncate);
    } catch (Problem refused) {
      if (refused.kind().httpStatus() >= 500) {
        throw refused;
      }
    }
  }
}
