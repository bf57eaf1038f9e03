package dev.athanor.augmentation.token;

import dev.athanor.augmentation.progress.ProgressFollowers;
import dev.athanor.platform.body.Bodies;
import dev.athanor.platform.error.Problem;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/// Tokenizers over REST.
@RestController
@RequestMapping("/v1/tokenizers")
@Tag(name = "tokenizers")
class TokenizerController {
  private static final int MOST = 1000;
  private static final int VOCABULARY = 8192;

  private final Tokenizers tokenizers;
  private final TokenWorker worker;
  private final ProgressFollowers followers;
  private final TokenProperties properties;

  TokenizerController(
      Tokenizers tokenizers,
      TokenWorker worker,
      ProgressFollowers followers,
      TokenProperties properties) {
    this.tokenizers = tokenizers;
    this.worker = worker;
    this.followers = followers;
    this.properties = properties;
  }

  /// @param dataset to train on
  /// @param version of the dataset
  /// @param vocabulary how many tokens; 8192 by default
  record NewTokenizer(
      @Nullable String name,
      @Nullable String dataset,
      @Nullable Integer version,
      @Nullable Integer vocabulary) {}

  record Page(List<TokenizerDocument> tokenizers, @Nullable String next) {}

  @Operation(summary = "Train a byte-level BPE tokenizer on a dataset version, in the background")
  @PostMapping
  @ResponseStatus(HttpStatus.ACCEPTED)
  TokenizerDocument train(
      @RequestBody NewTokenizer body,
      @RequestHeader(value = "Idempotency-Key", required = false) @Nullable String key) {
    var tokenizer =
        tokenizers.train(
            required("name", body.name()),
            required("dataset", body.dataset()),
            required("version", body.version()),
            body.vocabulary() == null ? VOCABULARY : body.vocabulary(),
            key);
    worker.wake();
    return tokenizer;
  }

  @Operation(summary = "Upload a tokenizer.json; the body is the file")
  @PutMapping("/{name}")
  TokenizerDocument upload(@PathVariable String name, HttpServletRequest request) {
    int limit = Math.toIntExact(properties.maxTokenizerSize().toBytes());
    return tokenizers.upload(name, Bodies.read(request, limit));
  }

  @Operation(summary = "A tokenizer: its state, its progress, its special tokens")
  @GetMapping("/{name}")
  TokenizerDocument find(@PathVariable String name) {
    return tokenizers.find(name);
  }

  @Operation(summary = "A tokenizer's document as server-sent events, until it is READY or FAILED")
  @GetMapping(path = "/{name}/events", produces = "text/event-stream")
  SseEmitter events(@PathVariable String name) {
    return followers.follow(
        "tokenizer " + name,
        () -> tokenizers.find(name),
        found -> found.state() != TokenizerDocument.State.TRAINING);
  }

  @Operation(summary = "The tokenizer.json")
  @GetMapping("/{name}/file")
  ResponseEntity<byte[]> file(@PathVariable String name) {
    return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(tokenizers.file(name));
  }

  @Operation(summary = "All tokenizers, by name")
  @GetMapping
  Page list(
      @RequestParam(defaultValue = "") String after,
      @RequestParam(defaultValue = "100") int limit) {
    if (limit < 1 || limit > MOST) {
      throw Problem.badRequest("limit: %d (expected: 1..%d)".formatted(limit, MOST));
    }
    var page = tokenizers.list(after, limit);
    return new Page(page, page.size() < limit ? null : page.getLast().name());
  }

  @Operation(summary = "Delete a tokenizer that no token index is of")
  @DeleteMapping("/{name}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void delete(@PathVariable String name) {
    tokenizers.delete(name);
  }

  private static <T> T required(String field, @Nullable T value) {
    if (value == null) {
      throw Problem.badRequest(field + ": missing (expected: a value)");
    }
    return value;
  }
}
