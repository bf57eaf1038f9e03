package dev.athanor.embedding.embed;

import dev.athanor.platform.body.Bodies;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/// One image, raw.
@RestController
@Tag(name = "embeddings")
class EmbedController {
  private final Embedder embedder;
  private final EmbedProperties properties;

  EmbedController(Embedder embedder, EmbedProperties properties) {
    this.embedder = embedder;
    this.properties = properties;
  }

  /// @param model `name@version`: who answered
  @SuppressWarnings("ArrayRecordComponent") // written out, never compared
  record Answer(String model, int dimensions, float[] embedding) {}

  @PostMapping(
      path = "/v1/models/{model}/embed",
      consumes = {
        MediaType.IMAGE_PNG_VALUE,
        MediaType.IMAGE_JPEG_VALUE,
        MediaType.APPLICATION_OCTET_STREAM_VALUE
      })
  @Operation(summary = "Embed one image; the body is the image's bytes, JPEG or PNG")
  Answer embed(@PathVariable String model, HttpServletRequest request) {
    var image = Bodies.read(request, properties.bodyBytes());
    var found = embedder.embed(model, List.of(image), embedder.longest());
    return new Answer(found.encoder().id(), found.encoder().card().dimensions(), found.rows()[0]);
  }
}
