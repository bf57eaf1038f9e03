package dev.athanor.embedding.batching;

import dev.athanor.embedding.trace.RequestTrace;
import java.util.LinkedHashMap;

/// Writes a forward pass into the traces of all requests that had inputs in it.
final class PassTrace {
  private PassTrace() {}

  /// @param from when the pass began, on the batcher's ticker
  /// @param until when it ended
  static void write(Batch batch, long from, long until) {
    var waitingSince = new LinkedHashMap<RequestTrace, Long>();
    for (var item : batch.items()) {
      var trace = item.call().trace();
      if (trace != null) {
        waitingSince.merge(trace, item.since(), Long::min);
      }
    }
    var model = batch.lane().model();
    int inputs = batch.items().size();
    waitingSince.forEach(
        (request, since) -> {
          request.queued(model, since, from);
          request.inferred(model, inputs, waitingSince.keySet(), from, until);
        });
  }
}
