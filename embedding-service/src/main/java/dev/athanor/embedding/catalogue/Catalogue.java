package dev.athanor.embedding.catalogue;

import dev.athanor.platform.error.Problem;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The models as the topic last gave them. One thread publishes whole maps, everybody reads the
/// last one.
public final class Catalogue {
  private static final List<String> DEFAULTS = List.of("production", "latest");
  private static final int MOST_NAMED = 20;

  private final List<Consumer<Collection<EncoderVersion>>> listeners = new CopyOnWriteArrayList<>();
  private volatile @Nullable SortedMap<String, Model> models;

  /// Calls `listener` with everything that can be served, at every change, in the publishing
  /// thread.
  public void onChange(Consumer<Collection<EncoderVersion>> listener) {
    listeners.add(listener);
  }

  /// Whether the topic was read to the end that it had when reading began.
  public boolean complete() {
    return models != null;
  }

  void publish(Map<String, Model> changed) {
    var published = new TreeMap<>(changed);
    models = published;
    var versions =
        published.values().stream().flatMap(model -> model.versions().values().stream()).toList();
    listeners.forEach(listener -> listener.accept(versions));
  }

  /// The version that answers for `reference`, or a 404 that lists what there is.
  public EncoderVersion resolve(ModelReference reference) {
    var now = read();
    var model = now.get(reference.name());
    if (model == null) {
      throw unknown(reference, "one of " + named(now.keySet()));
    }
    int version = reference.version().orElseGet(() -> aliased(model, reference));
    var found = model.versions().get(version);
    if (found != null) {
      return found;
    }
    var why = model.refused().get(version);
    if (why == null) {
      throw unknown(reference, choices(model));
    }
    throw Problem.notFound(
        "model: %s: version %d is not served: %s (expected: %s)"
            .formatted(Problem.quote(reference.toString()), version, why, choices(model)));
  }

  private static int aliased(Model model, ModelReference reference) {
    var aliases = reference.alias().map(List::of).orElse(DEFAULTS);
    return aliases.stream()
        .map(model.aliases()::get)
        .filter(Objects::nonNull)
        .findFirst()
        .orElseThrow(() -> unknown(reference, choices(model)));
  }

  /// What each model's bare name answers with now, sorted by name. A model whose bare name answers
  /// with nothing is left out.
  public List<EncoderVersion> models() {
    return read().values().stream().flatMap(Catalogue::servedByDefault).toList();
  }

  private static Stream<EncoderVersion> servedByDefault(Model model) {
    return DEFAULTS.stream()
        .map(model.aliases()::get)
        .filter(Objects::nonNull)
        .limit(1)
        .map(model.versions()::get)
        .filter(Objects::nonNull);
  }

  private SortedMap<String, Model> read() {
    var now = models;
    if (now == null) {
      throw Problem.unavailable(
          "catalogue: still being read from its topic (expected: ready in a few seconds)");
    }
    return now;
  }

  private static Problem unknown(ModelReference reference, String expected) {
    return Problem.notFound(
        "model: %s (expected: %s)".formatted(Problem.quote(reference.toString()), expected));
  }

  private static String choices(Model model) {
    var references =
        Stream.concat(
                model.aliases().entrySet().stream()
                    .filter(alias -> model.versions().containsKey(alias.getValue()))
                    .map(Map.Entry::getKey),
                model.versions().keySet().stream().map(String::valueOf))
            .map(selector -> model.name() + "@" + selector)
            .toList();
    return references.isEmpty()
        ? "another model, none of its versions is served"
        : "one of " + named(references);
  }

  private static String named(Collection<String> references) {
    if (references.isEmpty()) {
      return "none, no model is published yet";
    }
    return references.stream()
        .limit(MOST_NAMED)
        .collect(
            Collectors.joining(
                ", ",
                "",
                references.size() > MOST_NAMED
                    ? " and %d more".formatted(references.size() - MOST_NAMED)
                    : ""));
  }
}
