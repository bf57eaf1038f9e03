package dev.athanor.trainer.run;

import dev.athanor.trainer.role.ApiRole;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/runs/{id}/pictures`.
@RestController
@Tag(name = "runs")
@ApiRole
class PictureController {
  private final Runs runs;
  private final Pictures pictures;

  PictureController(Runs runs, Pictures pictures) {
    this.runs = runs;
    this.pictures = pictures;
  }

  record Listing(List<Pictures.Picture> pictures) {}

  @GetMapping("/v1/runs/{id}/pictures")
  @Operation(summary = "What a run's model makes of images: reconstructions and samples of a VAE")
  Listing list(@PathVariable String id) {
    return new Listing(pictures.of(runs.get(id).id()));
  }

  @GetMapping(path = "/v1/runs/{id}/pictures/{name}", produces = MediaType.IMAGE_PNG_VALUE)
  @Operation(summary = "A picture as PNG, as the newest evaluation made it")
  byte[] show(@PathVariable String id, @PathVariable String name) {
    return pictures.png(runs.get(id).id(), name);
  }
}
