package dev.athanor.trainer.dataset;

import dev.athanor.platform.digest.Sha256;
import dev.athanor.platform.error.Problem;
import dev.athanor.trainer.spec.PublishedEncoder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Tokenizers, and the tokens of data set versions, as the augmentation-service has them.
@Component
public class Tokenizers {
  private static final String READY = "READY";
  private static final String TOKENS = "/v1/datasets/{name}/versions/{version}/tokens";

  private final AugmentationClient service;

  Tokenizers(AugmentationClient service) {
    this.service = service;
  }

  private record Document(
      String name,
      String state,
      int vocabulary,
      @Nullable String sha256,
      @Nullable Special special) {}

  private record Special(
      @Nullable Integer endOfText, @Nullable Integer pad, @Nullable Integer mask) {}

  /// A tokenizer that can be used.
  public TokenizerFacts find(String name) {
    return usable(
        document(name)
            .orElseThrow(
                () ->
                    Problem.unprocessable(
                        "text.tokenizer: %s is not known (expected: one of GET /v1/tokenizers)"
                            .formatted(Problem.quote(name)))));
  }

  /// The tokenizer that a published encoder of texts was trained with, with as many ids as the
  /// encoder knows: somebody else's often knows more than its tokenizer makes.
  ///
  /// @throws Problem (unprocessable) where it is gone, or another file has its name by now
  public TokenizerFacts of(PublishedEncoder encoder) {
    var texts = encoder.texts();
    var found = document(texts.tokenizer());
    if (found.isEmpty() || !texts.sha256().equals(found.get().sha256())) {
      throw Problem.unprocessable(
          "model: %s reads texts by tokenizer %s, which %s (expected: the file with SHA-256 %s, which is the version's tokenizer.json)"
              .formatted(
                  encoder.reference(),
                  texts.tokenizer(),
                  found.isEmpty() ? "is gone" : "is another file by now",
                  texts.sha256()));
    }
    return usable(found.get()).withVocabulary(texts.vocabulary());
  }

  private record Page(List<Document> tokenizers, @Nullable String next) {}

  /// The tokenizer that is this file, whatever its name.
  ///
  /// @param sha256 of its `tokenizer.json`, in hexadecimal
  public Optional<String> named(String sha256) {
    var page = page("");
    while (true) {
      var found = page.tokenizers().stream().filter(one -> sha256.equals(one.sha256())).findFirst();
      if (found.isPresent() || page.next() == null) {
        return found.map(Document::name);
      }
      page = page(page.next());
    }
  }

  private Page page(String after) {
    return service
        .get("/v1/tokenizers?limit=1000&after={after}", Page.class, after)
        .orElseThrow(() -> new IllegalStateException("a list is there even if it is empty"));
  }

  private Optional<Document> document(String name) {
    return service.get("/v1/tokenizers/{name}", Document.class, name);
  }

  private static TokenizerFacts usable(Document found) {
    var name = found.name();
    if (!found.state().equals(READY) || found.sha256() == null || found.special() == null) {
      throw Problem.unprocessable(
          "text.tokenizer: %s is %s (expected: READY)".formatted(name, found.state()));
    }
    var special = found.special();
    if (special.endOfText() == null || special.pad() == null) {
      throw Problem.unprocessable(
          "text.tokenizer: %s has no token that ends a text (expected: one of the usual ones among its added tokens)"
              .formatted(name));
    }
    return new TokenizerFacts(
        name,
        found.sha256(),
        found.vocabulary(),
        special.endOfText(),
        special.pad(),
        special.mask());
  }

  /// The `tokenizer.json`.
  ///
  /// @throws Problem (unprocessable) where it is gone, or another file has its name by now
  public byte[] file(TokenizerFacts tokenizer) {
    var file =
        service
            .get("/v1/tokenizers/{name}/file", byte[].class, tokenizer.name())
            .orElseThrow(() -> gone(tokenizer, "is gone"));
    if (!Sha256.hex(file).equals(tokenizer.sha256())) {
      throw gone(tokenizer, "is another file by now");
    }
    return file;
  }

  private static Problem gone(TokenizerFacts tokenizer, String what) {
    return Problem.unprocessable(
        "text.tokenizer: %s %s (expected: the file with SHA-256 %s)"
            .formatted(tokenizer.name(), what, tokenizer.sha256()));
  }

  /// Has the version's tokens made, where they are not there; says how far that is.
  public TokenIndex ask(DatasetFacts dataset, TokenizerFacts tokenizer) {
    return service
        .post(
            TOKENS,
            Map.of("tokenizer", tokenizer.name()),
            TokenIndex.class,
            dataset.dataset(),
            dataset.version())
        .orElseThrow(() -> noVersion(dataset));
  }

  /// How far the tokens are that were asked for.
  public TokenIndex look(DatasetFacts dataset, TokenizerFacts tokenizer) {
    return service
        .get(
            TOKENS + "/{tokenizer}",
            TokenIndex.class,
            dataset.dataset(),
            dataset.version(),
            tokenizer.name())
        .orElseThrow(() -> noVersion(dataset));
  }

  private static Problem noVersion(DatasetFacts dataset) {
    return Problem.unprocessable(
        "dataset: version %d of %s is gone (expected: READY)"
            .formatted(dataset.version(), dataset.dataset()));
  }
}
