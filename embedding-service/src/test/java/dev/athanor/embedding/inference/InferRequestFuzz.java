package dev.athanor.embedding.inference;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.athanor.embedding.catalogue.Card;
import dev.athanor.platform.error.Problem;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// The Open Inference Protocol's body: the header with the JSON's length, the JSON, the tensors
/// behind it.
public final class InferRequestFuzz {
  private static final JsonMapper json = JsonMapper.shared();
  private static final ModelTensors tensors =
      new ModelTensors(
          Card.parse(
              """
              {"kind":"image-encoder","input":{"name":"pixels","layout":"NCHW","type":"float32",
              "height":2,"width":2,"channels":3,"resize":"shorter-side","crop":"centre",
              "interpolation":"bilinear","scale":0.00392156862745098,"mean":[0,0,0],
              "std":[1,1,1]},"output":{"name":"embedding","dimensions":4}}
              """));

  private InferRequestFuzz() {}

  /// The first byte chooses: no header, one that is right, one of the caller's making.
  public static void fuzzerTestOneInput(FuzzedDataProvider data) {
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
      var request = InferRequest.parse(json, body, header);
      request.outputs().forEach(tensors::checkOutput);
      tensors.read(request.inputs());
    } catch (JacksonException notReadable) {
      // A 400 that says where.
    } catch (Problem refused) {
      if (refused.kind().httpStatus() >= 500) {
        throw refused;
      }
    }
  }
}
