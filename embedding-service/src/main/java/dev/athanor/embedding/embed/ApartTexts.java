package dev.athanor.embedding.embed;

import dev.athanor.embedding.batching.Turns;
import dev.athanor.embedding.caller.Caller;
import dev.athanor.preprocessing.tokenizer.Tokenizer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The texts of tokenizers in processes of their own. Such a process reads one text at a time, so
/// each has one thread for as long as it has texts, to which its callers come in their [Turns]. To
/// wait for a process takes the thread itself, which is therefore no virtual one.
final class ApartTexts {
  private static final Logger log = LoggerFactory.getLogger(ApartTexts.class);

  /// Of the tokenizers that have a thread.
  private final Map<Tokenizer, Turns> waiting = new HashMap<>();

  /// Runs the work when the tokenizer is free and it is its caller's turn.
  synchronized void execute(Tokenizer tokenizer, Caller caller, Runnable work) {
    var turns = waiting.get(tokenizer);
    if (turns == null) {
      Thread.ofPlatform().daemon().name("prepare-apart").start(() -> run(tokenizer));
      turns = new Turns();
      waiting.put(tokenizer, turns);
    }
    turns.add(caller, work);
  }

  private void run(Tokenizer tokenizer) {
    for (var work = next(tokenizer); work != null; work = next(tokenizer)) {
      try {
        work.run();
      } catch (RuntimeException | Error failure) {
        log.error("a text was not prepared, the next one is", failure);
      }
    }
  }

  /// Null where nothing waits: then the thread ends.
  private synchronized @Nullable Runnable next(Tokenizer tokenizer) {
    var turns = waiting.get(tokenizer);
    if (turns == null || turns.isEmpty()) {
      waiting.remove(tokenizer);
      return null;
    }
    return turns.take();
  }
}
