package dev.athanor.client;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/// Many inputs as calls of a batch each, a bounded number of them under way, whose vectors come in
/// the order of the inputs. Inputs are taken from their source as vectors are asked for.
final class OrderedCalls<T> implements Iterator<float[]>, AutoCloseable {
  /// A call that holds so much takes no more inputs: a service takes 32 MiB by default.
  private static final long FULL_BYTES = 8 << 20;

  private final Iterator<T> inputs;
  private final ToLongFunction<T> bytes;
  private final Batches batches;
  private final Function<List<T>, CompletableFuture<Embeddings>> call;
  private final ArrayDeque<CompletableFuture<Embeddings>> underWay = new ArrayDeque<>();
  private final ArrayDeque<float[]> ready = new ArrayDeque<>();

  /// @param bytes what an input takes up of a call
  OrderedCalls(
      Iterator<T> inputs,
      ToLongFunction<T> bytes,
      Batches batches,
      Function<List<T>, CompletableFuture<Embeddings>> call) {
    this.inputs = inputs;
    this.bytes = bytes;
    this.batches = batches;
    this.call = call;
  }

  @Override
  public boolean hasNext() {
    while (ready.isEmpty()) {
      while (underWay.size() < batches.underWay() && inputs.hasNext()) {
        underWay.add(call.apply(batch()));
      }
      if (underWay.isEmpty()) {
        return false;
      }
      ready.addAll(List.of(await(underWay.remove()).vectors()));
    }
    return true;
  }

  @Override
  public float[] next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.remove();
  }

  private List<T> batch() {
    var batch = new ArrayList<T>();
    for (long held = 0;
        batch.size() < batches.size() && held < FULL_BYTES && inputs.hasNext();
        held += bytes.applyAsLong(batch.getLast())) {
      batch.add(inputs.next());
    }
    return batch;
  }

  private Embeddings await(CompletableFuture<Embeddings> answer) {
    try {
      return Waiting.on(answer);
    } catch (RuntimeException failure) {
      close();
      throw failure;
    }
  }

  @Override
  public void close() {
    underWay.forEach(answer -> answer.cancel(true));
    underWay.clear();
  }
}
