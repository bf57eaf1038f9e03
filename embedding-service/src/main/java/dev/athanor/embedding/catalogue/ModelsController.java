package dev.athanor.embedding.catalogue;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/// OpenAI's list of models, with what an encoder has beyond it.
@RestController
class ModelsController {
  private final Catalogue catalogue;

  ModelsController(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  record Listing(String object, List<Entry> data) {}

  /// @param id what to send as `model`
  /// @param created seconds since 1970
  /// @param kind `image-encoder` or `text-encoder`
  record Entry(
      String id,
      String object,
      long created,
      @JsonProperty("owned_by") String ownedBy,
      String kind,
      int version,
      int dimensions,
      List<String> aliases) {

    static Entry of(String id, EncoderVersion encoder) {
      return new Entry(
          id,
          "model",
          encoder.createdAt().getEpochSecond(),
          "athanor",
          encoder.card().kind(),
          encoder.version(),
          encoder.card().dimensions(),
          encoder.aliases());
    }
  }

  @GetMapping("/v1/models")
  Listing list() {
    return new Listing(
        "list",
        catalogue.models().stream().map(encoder -> Entry.of(encoder.name(), encoder)).toList());
  }

  @GetMapping("/v1/models/{model}")
  Entry show(@PathVariable String model) {
    return Entry.of(model, catalogue.resolve(ModelReference.parse(model)));
  }
}
