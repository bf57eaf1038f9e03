package dev.athanor.embedding.index;

import dev.athanor.embedding.embed.Client;
import dev.athanor.embedding.embed.EmbedProperties;
import dev.athanor.embedding.embed.Embedder;
import dev.athanor.embedding.embed.Input;
import dev.athanor.embedding.embed.Pending;
import dev.athanor.embedding.segment.VectorSpace;
import dev.athanor.platform.error.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/// Makes the vectors that an index keeps of what callers gave.
@Component
class Vectors {
  private static final Pattern PLACE =
      Pattern.compile("(?:images|texts)\\[([0-9]{1,9})\\](.*)", Pattern.DOTALL);

  private final Embedder embedder;
  private final int most;

  Vectors(Embedder embedder, EmbedProperties properties) {
    this.embedder = embedder;
    this.most = properties.images();
  }

  /// In the order given, checked and prepared by the index's similarity.
  ///
  /// @param gone asked whether the caller has left, while the model works
  List<float[]> of(IndexRow index, List<Given> given, Client client, BooleanSupplier gone) {
    given.stream().filter(it -> it.vector() != null).forEach(it -> checkSent(index.space(), it));
    var embedded = embed(index, given, client, gone).iterator();
    var vectors = new ArrayList<float[]>();
    for (var one : given) {
      var vector = one.vector() == null ? embedded.next() : one.vector();
      if (index.space().similarity().refuses(vector)) {
        throw Problem.badRequest(
            "%s: all zeros (expected: a direction, similarity is cosine)".formatted(one.field()));
      }
      vectors.add(index.space().similarity().prepare(vector));
    }
    return vectors;
  }

  private static void checkSent(VectorSpace space, Given given) {
    var vector = Objects.requireNonNull(given.vector());
    if (vector.length != space.dimensions()) {
      throw Problem.badRequest(
          "%s: %d numbers (expected: %d, the index's dimensions)"
              .formatted(given.field(), vector.length, space.dimensions()));
    }
    for (int i = 0; i < vector.length; i++) {
      if (!(Math.abs(vector[i]) <= VectorSpace.LARGEST)) {
        throw Problem.badRequest(
            "%s[%d]: %s (expected: a number from %s to %s)"
                .formatted(given.field(), i, vector[i], -VectorSpace.LARGEST, VectorSpace.LARGEST));
      }
    }
  }

  private List<float[]> embed(
      IndexRow index, List<Given> given, Client client, BooleanSupplier gone) {
    var inputs = given.stream().filter(one -> one.input() != null).toList();
    var vectors = new ArrayList<float[]>();
    for (int from = 0; from < inputs.size(); from += most) {
      var some = inputs.subList(from, Math.min(inputs.size(), from + most));
      try {
        vectors.addAll(List.of(embed(index, some, client).await(gone)));
      } catch (Problem refused) {
        throw named(refused, some);
      }
    }
    return vectors;
  }

  private Pending embed(IndexRow index, List<Given> some, Client client) {
    if (index.model() == null) {
      throw Problem.badRequest(
          "%s: index %s has no model (expected: a vector)"
              .formatted(some.getFirst().field(), index.name()));
    }
    var inputs = new ArrayList<Input>();
    for (var one : some) {
      inputs.add(Objects.requireNonNull(one.input()));
    }
    return embedder.embed(embedder.resolve(index.model()), inputs, client);
  }

  /// The embedder counts the inputs of its call; callers know their own fields.
  private static Problem named(Problem refused, List<Given> some) {
    var place = PLACE.matcher(refused.getMessage());
    if (!place.matches() || Integer.parseInt(place.group(1)) >= some.size()) {
      return refused;
    }
    return Problem.of(
        refused.kind(),
        some.get(Integer.parseInt(place.group(1))).field() + place.group(2),
        refused);
  }
}
