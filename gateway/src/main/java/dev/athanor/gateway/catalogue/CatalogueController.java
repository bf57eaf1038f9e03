package dev.athanor.gateway.catalogue;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.athanor.platform.error.Problem;
import java.util.List;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/// `GET /v1/models` and `GET /v1/models/{id}`.
@RestController
class CatalogueController {
  private final Catalogue catalogue;

  CatalogueController(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  @GetMapping("/v1/models")
  ResponseEntity<Models> models() throws InterruptedException {
    var listing = catalogue.list();
    if (listing.nobodyAnswered()) {
      throw Problem.unavailable(String.join("; ", listing.warnings()));
    }
    var answer = ResponseEntity.ok();
    listing.warnings().forEach(warning -> answer.header("Warning", "199 - \"" + warning + '"'));
    return answer.body(new Models("list", listing.models(), listing.warnings()));
  }

  /// @param id whatever a service takes as `model`: `name`, `name@alias`, `name@3`
  @GetMapping("/v1/models/{id}")
  JsonNode model(@PathVariable String id) throws InterruptedException {
    return catalogue.model(id);
  }

  /// OpenAI's shape; `warnings` is ours, and there only when a service did not answer.
  record Models(
      String object,
      List<JsonNode> data,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> warnings) {}
}
