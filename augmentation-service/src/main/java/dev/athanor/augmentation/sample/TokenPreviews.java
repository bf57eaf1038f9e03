package dev.athanor.augmentation.sample;

import dev.athanor.augmentation.dataset.Catalogue;
import dev.athanor.augmentation.dataset.ReadyDataset;
import dev.athanor.augmentation.shard.Split;
import dev.athanor.augmentation.token.Refusal;
import dev.athanor.augmentation.token.TokenIndexes;
import dev.athanor.augmentation.token.Tokenizers;
import dev.athanor.augmentation.view.TokenViews;
import dev.athanor.platform.error.Problem;
import dev.athanor.preprocessing.tokenizer.Tokenizer;
import dev.athanor.preprocessing.tokenizer.TokenizerException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.springframework.stereotype.Component;

/// Shows views of tokens, drawn as a run with this seed would draw them. Documents are tokenised
/// here and now; blocks need the version's token index.
@Component
class TokenPreviews {
  private final Catalogue catalogue;
  private final Samples samples;
  private final Tokenizers tokenizers;
  private final TokenIndexes indexes;

  TokenPreviews(Catalogue catalogue, Samples samples, Tokenizers tokenizers, TokenIndexes indexes) {
    this.catalogue = catalogue;
    this.samples = samples;
    this.tokenizers = tokenizers;
    this.indexes = indexes;
  }

  TokenPreview preview(String dataset, int version, PreviewRequest request) {
    if (request.augmentation() != null) {
      throw Problem.unprocessable(
          "augmentation: of images, and %s version %d holds texts (expected: tokens)"
              .formatted(dataset, version));
    }
    var settings = request.tokens() == null ? TokenSettings.DEFAULT : request.tokens();
    var opened = tokenizers.open(settings.tokenizer());
    var views = TokenViews.of(settings.spec(), opened.tokenizer());
    var tokens =
        views.packed()
            ? block(catalogue.open(dataset, version), request, settings, views)
            : document(dataset, version, request, opened.tokenizer(), views);
    var rows = new ArrayList<TokenPreview.Row>();
    for (int epoch = 0; epoch < (views.targets() ? request.views() : 1); epoch++) {
      rows.add(row(views, tokens, request, epoch, opened.tokenizer()));
    }
    return new TokenPreview(opened.name(), opened.sha256(), settings.view(), request.index(), rows);
  }

  private int[] document(
      String dataset, int version, PreviewRequest request, Tokenizer tokenizer, TokenViews views) {
    var utf8 = samples.text(dataset, version, request.split(), request.index());
    int[] ids;
    try {
      ids = tokenizer.ids(new String(utf8, StandardCharsets.UTF_8));
    } catch (TokenizerException refused) {
      throw Refusal.problem("index: %d: ".formatted(request.index()), refused, "");
    }
    return Arrays.copyOf(ids, Math.min(ids.length, views.room()));
  }

  private int[] block(
      ReadyDataset dataset, PreviewRequest request, TokenSettings settings, TokenViews views) {
    var split = indexes.open(dataset, settings.tokenizer()).split(Split.of(request.split()));
    long blocks = views.rows(split.documents(), split.tokens());
    if (request.index() < 0 || request.index() >= blocks) {
      throw Problem.notFound(
          "index: %d (expected: 0 to %d)".formatted(request.index(), blocks - 1));
    }
    long start = views.start(request.index());
    return split.read(start, (int) Math.min(views.length(), split.tokens() - start));
  }

  private static TokenPreview.Row row(
      TokenViews views, int[] tokens, PreviewRequest request, int epoch, Tokenizer tokenizer) {
    var ids = new int[views.length()];
    var targets = new int[views.length()];
    int length = views.render(tokens, request.seed(), epoch, request.index(), ids, targets);
    List<TokenPreview.Target> predicted = null;
    if (views.targets()) {
      predicted = new ArrayList<>();
      for (int i = 0; i < targets.length; i++) {
        if (targets[i] != TokenViews.NO_TARGET) {
          predicted.add(new TokenPreview.Target(i, targets[i], tokenizer.token(targets[i])));
        }
      }
    }
    return new TokenPreview.Row(
        epoch,
        length,
        Arrays.stream(ids).boxed().toList(),
        Arrays.stream(ids).mapToObj(tokenizer::token).toList(),
        predicted);
  }
}
