package dev.athanor.embedding.embed;

import dev.athanor.embedding.batching.Call;
import dev.athanor.embedding.batching.Lane;
import dev.athanor.embedding.batching.Room;
import dev.athanor.embedding.catalogue.Card;
import dev.athanor.embedding.encoder.Prepared;
import dev.athanor.embedding.metrics.ServingMetrics;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import dev.athanor.preprocessing.ImageDecoder;
import dev.athanor.preprocessing.ImageException;
import dev.athanor.preprocessing.ImageInput;
import dev.athanor.preprocessing.ImagePreprocessing;
import dev.athanor.preprocessing.tokenizer.Tokenizer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Decodes and normalises, or tokenises, beside the forward passes. Callers take turns
/// ([TurnPool]); a call has no more inputs among them than the pool has threads, so that a long one
/// holds up a short one of the same caller by no more than its share. Before that an input takes
/// its room among the prepared ones.
///
/// A tokenizer in a process of its own may be slow, and only its own callers wait for it
/// ([ApartTexts]).
final class Preparation implements AutoCloseable {
  private final ImageDecoder decoder = new ImageDecoder();
  private final TurnPool pool;
  private final LargeImages large;
  private final ApartTexts texts = new ApartTexts();
  private final int threads;
  private final Room room;
  private final ServingMetrics metrics;

  /// @param large decodes the images that the pool leaves to it; this class closes it
  /// @param room for what is prepared; whoever infers an input lets it leave
  Preparation(int threads, LargeImages large, Room room, ServingMetrics metrics) {
    this.pool = new TurnPool(threads, "prepare-");
    this.large = large;
    this.threads = threads;
    this.room = room;
    this.metrics = metrics;
  }

  /// What is done with a prepared input.
  @FunctionalInterface
  interface Ready {
    /// @param index of the input in its call
    void accept(int index, Prepared prepared);
  }

  /// Prepares all inputs of a call, until it fails or nobody waits for it any more.
  ///
  /// @param lane that the inputs go to
  /// @param tokenizer of a model that reads texts
  void begin(
      Call call,
      Lane lane,
      Card card,
      @Nullable Tokenizer tokenizer,
      CallInputs inputs,
      Ready ready) {
    var apart = tokenizer != null && tokenizer.isApart() ? tokenizer : null;
    var line = new Line(call, lane, treatment(card, tokenizer), apart, inputs, ready);
    for (int i = 0; i < Math.min(threads, inputs.count()); i++) {
      line.next();
    }
  }

  /// What a model does to an input before its encoder reads it.
  @FunctionalInterface
  private interface Treatment {
    Prepared prepare(int index, Input input);
  }

  private Treatment treatment(Card card, @Nullable Tokenizer tokenizer) {
    return switch (card.input()) {
      case Card.Pixels(_, var image) ->
          (index, input) -> pixels(index, (Input.OfImage) input, image);
      case Card.Tokens tokens -> {
        var texts = new Texts(tokens, Objects.requireNonNull(tokenizer, "tokenizer"));
        yield (index, input) -> new Prepared.Tokens(texts.ids(index, (Input.OfText) input));
      }
    };
  }

  private Prepared.Pixels pixels(int index, Input.OfImage input, ImageInput shape) {
    return switch (input) {
      case Input.Tensor(var values) -> new Prepared.Pixels(values);
      case Input.Encoded(var bytes) -> {
        try {
          var image = decoder.decode(bytes, shape.channels());
          yield new Prepared.Pixels(ImagePreprocessing.tensor(image, shape));
        } catch (ImageException failure) {
          throw Problem.of(
              Kind.UNPROCESSABLE, "images[%d]: %s".formatted(index, failure.getMessage()), failure);
        }
      }
    };
  }

  /// The inputs of one call.
  private final class Line {
    private final Call call;
    private final Lane lane;
    private final Treatment treatment;
    private final @Nullable Tokenizer apart;
    private final CallInputs inputs;
    private final Ready ready;
    private final AtomicInteger next = new AtomicInteger();

    /// @param apart the tokenizer where it is in a process of its own
    Line(
        Call call,
        Lane lane,
        Treatment treatment,
        @Nullable Tokenizer apart,
        CallInputs inputs,
        Ready ready) {
      this.call = call;
      this.lane = lane;
      this.treatment = treatment;
      this.apart = apart;
      this.inputs = inputs;
      this.ready = ready;
    }

    void next() {
      int index = next.getAndIncrement();
      if (index < inputs.count()) {
        room.enter(call.caller(), lane, () -> enqueue(() -> start(index)));
      }
    }

    private void enqueue(Runnable work) {
      if (apart == null) {
        pool.execute(call.caller(), work);
      } else {
        texts.execute(apart, call.caller(), work);
      }
    }

    private void start(int index) {
      var input = inputs.get(index);
      if (input != null && large.has(input)) {
        large.execute(
            call.caller(),
            () ->
                finish(
                    index,
                    image ->
                        large.inTurn(
                            image, call.deadline(), () -> treatment.prepare(index, image))));
      } else {
        finish(index, sent -> treatment.prepare(index, sent));
      }
    }

    private void finish(int index, Function<Input, Prepared> preparing) {
      var prepared = prepare(index, preparing);
      if (prepared == null) {
        room.leave(lane, 1);
      } else {
        ready.accept(index, prepared);
      }
      next();
    }

    private @Nullable Prepared prepare(int index, Function<Input, Prepared> preparing) {
      var input = inputs.get(index);
      var gone = call.gone();
      if (input == null || gone != null) {
        metrics.dropped(lane.model(), Objects.requireNonNullElse(gone, Call.Gone.FAILED).label());
        return null;
      }
      try {
        return preparing.apply(input);
      } catch (RuntimeException | Error failure) {
        call.fail(failure);
        return null;
      }
    }
  }

  @Override
  public void close() {
    pool.close();
    large.close();
  }
}
