package dev.athanor.embedding.catalogue;

import dev.athanor.platform.error.Problem;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The models as the topic last gave them, and which version each alias and each bare name leads to
/// now. That is the one that the registry says, except while a version that is to take over is not
/// ready: then its predecessor goes on. State is replaced whole, so that everybody reads without a
/// lock.
public final class Catalogue {
  /// Which alias a bare name follows: the first that there is.
  private static final List<String> DEFAULTS = List.of("production", "latest");

  /// The bare name among the aliases, of which none is called so.
  private static final String BARE = "";

  private static final int MOST_NAMED = 20;

  private final List<Consumer<Collection<EncoderVersion>>> listeners = new CopyOnWriteArrayList<>();
  private volatile @Nullable State state;

  /// @param live by model and alias, or [#BARE], the version that answers
  private record State(SortedMap<String, Model> models, Map<String, Map<String, Integer>> live) {}

  /// Calls `listener` with everything that can be served, at every change, in the publishing
  /// thread.
  public void onChange(Consumer<Collection<EncoderVersion>> listener) {
    listeners.add(listener);
  }

  /// Whether the topic was read to the end that it had when reading began.
  public boolean complete() {
    return state != null;
  }

  void publish(Map<String, Model> changed) {
    var published = new TreeMap<>(changed);
    replace(published);
    var versions =
        published.values().stream().flatMap(model -> model.versions().values().stream()).toList();
    listeners.forEach(listener -> listener.accept(versions));
  }

  private synchronized void replace(SortedMap<String, Model> published) {
    Map<String, Map<String, Integer>> before = state == null ? Map.of() : state.live();
    var live = new TreeMap<String, Map<String, Integer>>();
    published.forEach(
        (name, model) -> live.put(name, leading(model, before.getOrDefault(name, Map.of()))));
    state = new State(published, live);
  }

  /// Where both are served, the version that answered until now goes on.
  private static Map<String, Integer> leading(Model model, Map<String, Integer> before) {
    var live = targets(model);
    live.replaceAll(
        (alias, target) -> {
          var predecessor = before.get(alias);
          return predecessor != null
                  && model.versions().containsKey(predecessor)
                  && model.versions().containsKey(target)
              ? predecessor
              : target;
        });
    return live;
  }

  /// Where each alias and the bare name should lead to.
  private static SortedMap<String, Integer> targets(Model model) {
    var targets = new TreeMap<>(model.aliases());
    DEFAULTS.stream()
        .map(targets::get)
        .filter(Objects::nonNull)
        .findFirst()
        .ifPresent(target -> targets.put(BARE, target));
    return targets;
  }

  /// The versions that aliases or bare names should lead to, but do not yet.
  public List<EncoderVersion> waiting() {
    var now = read();
    return now.models().values().stream()
        .flatMap(
            model ->
                targets(model).entrySet().stream()
                    .filter(alias -> !alias.getValue().equals(lead(now, model, alias.getKey())))
                    .map(alias -> model.versions().get(alias.getValue())))
        .filter(Objects::nonNull)
        .distinct()
        .toList();
  }

  /// Every alias that should lead to `version`, and the bare name if it should, does so from now
  /// on.
  public synchronized void takeOver(EncoderVersion version) {
    var now = read();
    var model = now.models().get(version.name());
    if (model == null) {
      return;
    }
    var leading = new TreeMap<>(now.live().getOrDefault(version.name(), Map.of()));
    targets(model)
        .forEach(
            (alias, target) -> {
              if (target == version.version()) {
                leading.put(alias, target);
              }
            });
    var live = new TreeMap<>(now.live());
    live.put(version.name(), leading);
    state = new State(now.models(), live);
  }

  /// The version that answers for `reference`, or a 404 that lists what there is.
  public EncoderVersion resolve(ModelReference reference) {
    var now = read();
    var model = now.models().get(reference.name());
    if (model == null) {
      throw unknown(reference, "one of " + named(served(now)));
    }
    int version = reference.version().orElseGet(() -> aliased(now, model, reference));
    var found = model.versions().get(version);
    if (found != null) {
      return found;
    }
    var refusal = model.refused().get(version);
    throw refusal == null
        ? unknown(reference, choices(model))
        : refused(reference, version, refusal, choices(model));
  }

  private static Problem refused(
      ModelReference reference, int version, Model.Refusal refusal, String choices) {
    var quoted = Problem.quote(reference.toString());
    return refusal.pending()
        ? Problem.conflict(
            "model: %s: version %d is PENDING (expected: READY, which it is when it was tried)"
                .formatted(quoted, version))
        : Problem.notFound(
            "model: %s: version %d is not served: %s (expected: %s)"
                .formatted(quoted, version, refusal.why(), choices));
  }

  /// Whether anything waits to be tried.
  public boolean anyPending() {
    var now = state;
    return now != null
        && now.models().values().stream()
            .flatMap(model -> model.refused().values().stream())
            .anyMatch(Model.Refusal::pending);
  }

  /// The names of models of which something is served: a language model is no encoder.
  private static List<String> served(State now) {
    return now.models().values().stream()
        .filter(model -> !model.versions().isEmpty())
        .map(Model::name)
        .toList();
  }

  private static int aliased(State now, Model model, ModelReference reference) {
    return Optional.ofNullable(lead(now, model, reference.alias().orElse(BARE)))
        .or(() -> onlyRefused(model, reference))
        .orElseThrow(() -> unknown(reference, choices(model)));
  }

  /// Where a bare name has nothing to lead to, the newest version says why.
  private static Optional<Integer> onlyRefused(Model model, ModelReference reference) {
    return reference.alias().isEmpty() && model.versions().isEmpty() && !model.refused().isEmpty()
        ? Optional.of(model.refused().lastKey())
        : Optional.empty();
  }

  private static @Nullable Integer lead(State now, Model model, String alias) {
    return now.live().getOrDefault(model.name(), Map.of()).get(alias);
  }

  /// What each model's bare name answers with now, sorted by name. A model whose bare name answers
  /// with nothing is left out.
  public List<EncoderVersion> models() {
    var now = read();
    return now.models().values().stream().flatMap(model -> servedByDefault(now, model)).toList();
  }

  private static Stream<EncoderVersion> servedByDefault(State now, Model model) {
    return Stream.ofNullable(lead(now, model, BARE))
        .map(model.versions()::get)
        .filter(Objects::nonNull);
  }

  /// Every version of a model that can be served, in order.
  public List<EncoderVersion> versions(String name) {
    var model = read().models().get(name);
    return model == null ? List.of() : List.copyOf(model.versions().values());
  }

  private State read() {
    var now = state;
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
