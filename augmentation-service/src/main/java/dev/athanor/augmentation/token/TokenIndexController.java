package dev.athanor.augmentation.token;

import dev.athanor.augmentation.progress.ProgressFollowers;
import dev.athanor.platform.error.Problem;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/// Token indexes over REST.
@RestController
@RequestMapping("/v1/datasets/{name}/versions/{version}/tokens")
@Tag(name = "tokens")
class TokenIndexController {
  private final TokenIndexes indexes;
  private final TokenWorker worker;
  private final ProgressFollowers followers;

  TokenIndexController(TokenIndexes indexes, TokenWorker worker, ProgressFollowers followers) {
    this.indexes = indexes;
    this.worker = worker;
    this.followers = followers;
  }

  /// @param tokenizer its name
  record NewIndex(@Nullable String tokenizer) {}

  record Indexes(List<TokenIndexDocument> tokens) {}

  @Operation(summary = "Tokenise a version of texts, in the background; views of tokens need it")
  @PostMapping
  @ResponseStatus(HttpStatus.ACCEPTED)
  TokenIndexDocument build(
      @PathVariable String name, @PathVariable int version, @RequestBody NewIndex body) {
    if (body.tokenizer() == null) {
      throw Problem.badRequest("tokenizer: missing (expected: one of GET /v1/tokenizers)");
    }
    var index = indexes.build(name, version, body.tokenizer());
    worker.wake();
    return index;
  }

  @Operation(summary = "How far it is, and how many documents, tokens and bytes there are")
  @GetMapping("/{tokenizer}")
  TokenIndexDocument find(
      @PathVariable String name, @PathVariable int version, @PathVariable String tokenizer) {
    return indexes.find(name, version, tokenizer);
  }

  @Operation(summary = "The same as server-sent events, until the tokens are READY or FAILED")
  @GetMapping(path = "/{tokenizer}/events", produces = "text/event-stream")
  SseEmitter events(
      @PathVariable String name, @PathVariable int version, @PathVariable String tokenizer) {
    return followers.follow(
        "tokens of %s version %d by %s".formatted(name, version, tokenizer),
        () -> indexes.find(name, version, tokenizer),
        found -> found.state() != TokenIndexDocument.State.BUILDING);
  }

  @Operation(summary = "By which tokenizers a version is tokenised")
  @GetMapping
  Indexes list(@PathVariable String name, @PathVariable int version) {
    return new Indexes(indexes.list(name, version));
  }
}
