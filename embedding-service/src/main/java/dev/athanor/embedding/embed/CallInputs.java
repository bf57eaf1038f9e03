package dev.athanor.embedding.embed;

import dev.athanor.embedding.batching.Call;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a call sent, for as long as somebody waits for its vectors. Work for the call may be parked
/// for longer, behind the load of an encoder say; the images are gone by then, as are the places
/// that their caller had.
final class CallInputs {
  private final int count;

  /// Null once the call is over.
  private volatile @Nullable List<? extends Input> held;

  CallInputs(Call call, List<? extends Input> inputs) {
    this.count = inputs.size();
    this.held = inputs;
    call.vectors().whenComplete((_, _) -> held = null);
  }

  int count() {
    return count;
  }

  /// Null once the call is over.
  @Nullable Input get(int index) {
    var inputs = held;
    return inputs == null ? null : inputs.get(index);
  }
}
