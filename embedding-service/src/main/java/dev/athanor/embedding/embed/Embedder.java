package dev.athanor.embedding.embed;

import dev.athanor.embedding.batching.Batcher;
import dev.athanor.embedding.batching.BatchingProperties;
import dev.athanor.embedding.batching.Call;
import dev.athanor.embedding.batching.Costs;
import dev.athanor.embedding.batching.Lane;
import dev.athanor.embedding.batching.Places;
import dev.athanor.embedding.batching.Room;
import dev.athanor.embedding.caller.Caller;
import dev.athanor.embedding.catalogue.Card;
import dev.athanor.embedding.catalogue.Catalogue;
import dev.athanor.embedding.catalogue.EncoderVersion;
import dev.athanor.embedding.catalogue.ModelReference;
import dev.athanor.embedding.encoder.EncoderShelf;
import dev.athanor.embedding.encoder.Prepared;
import dev.athanor.embedding.metrics.ServingMetrics;
import dev.athanor.embedding.trace.RequestTraces;
import dev.athanor.platform.error.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/// Images or texts in, vectors out. Everything that one goes through stands in the model's card.
@Component
@EnableConfigurationProperties(EmbedProperties.class)
public class Embedder implements DisposableBean {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  /// An eighth of the heap for the pixels of large images.
  private static final int PIXELS = 8;

  private final Catalogue catalogue;
  private final EncoderShelf shelf;
  private final Places places;
  private final Costs costs;
  private final Preparation preparation;
  private final Batcher batcher;
  private final BatchingProperties batching;
  private final EmbedProperties properties;
  private final ServingMetrics metrics;
  private final RequestTraces traces;

  Embedder(
      Catalogue catalogue,
      EncoderShelf shelf,
      Places places,
      Costs costs,
      Batcher batcher,
      BatchingProperties batching,
      Room room,
      EmbedProperties properties,
      ServingMetrics metrics,
      RequestTraces traces) {
    if (places.total() / 4 < properties.images()) {
      throw new IllegalArgumentException(
          "athanor.batching.queue: %d (expected: >= 4 * athanor.embed.images, %d, so that every"
                  .formatted(places.total(), properties.images())
              + " call fits)");
    }
    this.catalogue = catalogue;
    this.shelf = shelf;
    this.places = places;
    this.costs = costs;
    this.batcher = batcher;
    this.batching = batching;
    this.properties = properties;
    this.metrics = metrics;
    this.traces = traces;
    int threads = properties.preparers();
    var large = new LargeImages(Runtime.getRuntime().maxMemory() / PIXELS, threads);
    this.preparation = new Preparation(threads, large, room, metrics);
  }

  /// @param model `name`, `name@alias` or `name@3`
  public EncoderVersion resolve(String model) {
    return catalogue.resolve(ModelReference.parse(model));
  }

  /// Begins to embed image files.
  public Pending embed(String model, List<byte[]> images, Client client) {
    checkCount(images.size());
    return embed(resolve(model), images.stream().map(Input.Encoded::new).toList(), client);
  }

  /// Begins to embed, or throws at once where there is no room, or where the model does not read
  /// such inputs.
  public Pending embed(EncoderVersion version, List<? extends Input> inputs, Client client) {
    int count = inputs.size();
    checkCount(count);
    checkKind(version, inputs);
    var caller = client.caller();
    long nanos = count * costs.ofInput(version.id());
    if (!places.take(caller, count, nanos)) {
      throw full(count);
    }
    long from = System.nanoTime();
    var protocol = client.protocol().label();
    var call = new Call(caller, protocol, traces.current(), client.deadline(), count);
    call.vectors().orTimeout(client.deadline().remainingNanos(), TimeUnit.NANOSECONDS);
    var vectors =
        call.vectors()
            .whenComplete(
                (_, failure) -> {
                  places.giveBack(caller, count, nanos);
                  metrics.request(
                      version.id(), call.protocol(), outcome(failure), System.nanoTime() - from);
                });
    begin(call, version, new CallInputs(call, inputs));
    return new Pending(version, call, vectors);
  }

  /// The refusal of whoever asks now, however little for; empty where there is room for one input.
  ///
  /// @param version that is asked, where it is known
  Optional<Problem> refusal(Caller caller, Optional<EncoderVersion> version) {
    long nanos = version.map(known -> costs.ofInput(known.id())).orElseGet(costs::ofCheapestInput);
    return places.hasRoom(caller, 1, nanos) ? Optional.empty() : Optional.of(full(1));
  }

  private Problem full(int count) {
    return Problem.tooMany(
        "queue: no room for %d inputs of this caller (expected: some of %d places, and no more than %d ms or two full batches to wait for)"
            .formatted(count, places.total(), batching.maxWait().toMillis()),
        RETRY_AFTER);
  }

  private void begin(Call call, EncoderVersion version, CallInputs inputs) {
    shelf
        .borrow(version)
        .thenAccept(
            loan -> {
              call.vectors().whenComplete((_, _) -> loan.close());
              var card = version.card();
              var limits = batching.limits(version.name(), card.input());
              costs.tried(version.id(), limits.maxBatch(), loan.tried());
              var lane =
                  new Lane(version.id(), loan.encoder(), limits, Prepared.bytes(card.input()));
              preparation.begin(
                  call,
                  lane,
                  card,
                  loan.tokenizer(),
                  inputs,
                  (index, prepared) -> batcher.submit(call, index, lane, prepared));
            })
        .whenComplete(
            (_, failure) -> {
              if (failure != null) {
                call.fail(failure);
              }
            });
  }

  void checkCount(int count) {
    if (count < 1 || count > properties.images()) {
      throw Problem.badRequest(
          "inputs: %d (expected: 1 to %d)".formatted(count, properties.images()));
    }
  }

  private static void checkKind(EncoderVersion version, List<? extends Input> inputs) {
    var card = version.card();
    for (var input : inputs) {
      if (!input.fits(card.input())) {
        throw Problem.badRequest(
            "inputs: %s (expected: %s; %s is of kind %s)"
                .formatted(
                    input.kind(),
                    card.input() instanceof Card.Tokens ? "texts or tokens" : "images",
                    version.id(),
                    card.kind()));
      }
    }
  }

  private static String outcome(@Nullable Throwable failure) {
    return switch (failure) {
      case null -> "ok";
      case CancellationException _ -> "gone";
      default -> Pending.problem(failure).kind().name().toLowerCase(Locale.ROOT);
    };
  }

  @Override
  public void destroy() {
    preparation.close();
  }
}
