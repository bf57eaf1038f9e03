package dev.athanor.augmentation.sample;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.athanor.platform.error.Problem;
import dev.athanor.preprocessing.ImageHeader;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Samples and previews over REST.
@RestController
@RequestMapping("/v1/datasets/{name}/versions/{version}")
@Tag(name = "samples")
class SampleController {
  private static final int MOST = 1000;

  private final Samples samples;
  private final TokenPreviews tokens;

  SampleController(Samples samples, TokenPreviews tokens) {
    this.samples = samples;
    this.tokens = tokens;
  }

  record Page(List<Entry> samples, @Nullable Long next) {}

  /// @param text how it begins; absent for images
  /// @param bytes of the whole text; absent for images
  record Entry(
      long index,
      @Nullable Integer label,
      @JsonProperty("class") @Nullable String name,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String text,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer bytes) {

    static Entry of(Samples.Sample sample) {
      return new Entry(
          sample.index(), sample.label(), sample.name(), sample.text(), sample.bytes());
    }
  }

  @Operation(
      summary =
          "The samples of a split, with their classes where they have some and how their texts begin")
  @GetMapping("/samples")
  Page list(
      @PathVariable String name,
      @PathVariable int version,
      @RequestParam(defaultValue = "train") String split,
      @RequestParam(defaultValue = "-1") long after,
      @RequestParam(defaultValue = "100") int limit) {
    if (limit < 1 || limit > MOST || after < -1) {
      throw Problem.badRequest(
          "limit, after: %d, %d (expected: 1 to %d, at least -1)".formatted(limit, after, MOST));
    }
    var found = samples.list(name, version, split, after, limit).stream().map(Entry::of).toList();
    return new Page(found, found.size() < limit ? null : found.getLast().index());
  }

  @Operation(summary = "A sample's image as it is stored: JPEG, PNG, GIF or WebP")
  @GetMapping("/samples/{split}/{index}/image")
  ResponseEntity<byte[]> image(
      @PathVariable String name,
      @PathVariable int version,
      @PathVariable String split,
      @PathVariable long index) {
    var image = samples.image(name, version, split, index);
    var format = ImageHeader.format(image).orElseThrow();
    return ResponseEntity.ok()
        .contentType(MediaType.parseMediaType(format.mediaType()))
        .body(image);
  }

  @Operation(summary = "A sample's text, whole")
  @GetMapping(path = "/samples/{split}/{index}/text", produces = "text/plain;charset=UTF-8")
  ResponseEntity<byte[]> text(
      @PathVariable String name,
      @PathVariable int version,
      @PathVariable String split,
      @PathVariable long index) {
    return ResponseEntity.ok()
        .contentType(new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8))
        .header("X-Content-Type-Options", "nosniff")
        .body(samples.text(name, version, split, index));
  }

  @Operation(
      summary =
          "What a view makes of a sample: original and draws of an image as a PNG grid; tokens, and what is to be predicted, of a text as JSON")
  @PostMapping("/preview")
  ResponseEntity<Object> preview(
      @PathVariable String name, @PathVariable int version, @RequestBody PreviewRequest request) {
    if (samples.areTexts(name, version)) {
      return ResponseEntity.ok()
          .contentType(MediaType.APPLICATION_JSON)
          .body(tokens.preview(name, version, request));
    }
    return ResponseEntity.ok()
        .contentType(MediaType.IMAGE_PNG)
        .body(samples.preview(name, version, request));
  }
}
