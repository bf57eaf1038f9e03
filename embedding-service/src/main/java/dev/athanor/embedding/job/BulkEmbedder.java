package dev.athanor.embedding.job;

import dev.athanor.embedding.caller.Caller;
import dev.athanor.embedding.caller.Urgency;
import dev.athanor.embedding.catalogue.Card;
import dev.athanor.embedding.catalogue.EncoderVersion;
import dev.athanor.embedding.dataset.Sample;
import dev.athanor.embedding.dataset.SampleStream;
import dev.athanor.embedding.deadline.Deadline;
import dev.athanor.embedding.embed.Client;
import dev.athanor.embedding.embed.EmbedProperties;
import dev.athanor.embedding.embed.Embedder;
import dev.athanor.embedding.embed.Input;
import dev.athanor.embedding.embed.Pending;
import dev.athanor.embedding.embed.Protocol;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/// Embeds samples as a bulk caller of the one queue: a few calls are under way, so that there is
/// always company for a batch, and everybody who waits for an answer goes first.
@Component
class BulkEmbedder {
  private static final Caller CALLER = new Caller("embedding-jobs", Urgency.BULK);

  /// Samples of one call, and calls under way.
  private static final int CALL = 32;

  private static final int WINDOW = 4;

  /// For a call that is overtaken by others again and again.
  private static final Duration CALL_DEADLINE = Duration.ofMinutes(2);

  /// How long a busy service may keep a job from getting anywhere.
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  /// In UTF-16 units.
  private static final int LONGEST_TEXT = 1 << 18;

  private static final Duration PAUSE = Duration.ofMillis(200);

  private final Calls calls;
  private final int call;

  @Autowired
  BulkEmbedder(Embedder embedder, EmbedProperties properties) {
    this(embedder::embed, Math.min(CALL, properties.images()));
  }

  /// @param call samples of one call
  BulkEmbedder(Calls calls, int call) {
    this.calls = calls;
    this.call = call;
  }

  /// Begins a call, as the embedder does.
  @FunctionalInterface
  interface Calls {
    Pending begin(EncoderVersion version, List<? extends Input> inputs, Client client);
  }

  /// A sample that cannot be embedded, and why.
  static final class BrokenSample extends RuntimeException {
    BrokenSample(Sample sample, Problem problem) {
      super("sample %s: %s".formatted(sample.id(), problem.getMessage()), problem);
    }
  }

  private record UnderWay(List<Sample> samples, Pending pending) {}

  /// How much is under way at once. Once a call came too late it is one call of half as many
  /// samples, and so on down to one sample: however slow an encoder is, or however busy, something
  /// comes.
  private final class Pace {
    private int window = WINDOW;
    private int samples = call;
    private long cameNanos = System.nanoTime();

    void came() {
      cameNanos = System.nanoTime();
    }

    /// Slows down, or throws the failure where sending the same again would lead nowhere.
    void slow(Problem failure) {
      boolean alone = window == 1 && samples == 1;
      if (failure.kind() == Kind.DEADLINE && !alone) {
        window = 1;
        samples = Math.max(1, samples / 2);
      } else if (failure.kind() == Kind.TOO_MANY
          && System.nanoTime() - cameNanos < PATIENCE.toNanos()) {
        pause();
      } else {
        throw failure;
      }
    }
  }

  /// All samples of a stream, in their order.
  ///
  /// @param stream at least one sample
  List<Embedded> embed(EncoderVersion version, SampleStream stream, JobLease lease) {
    var rows = new ArrayList<Embedded>();
    var underWay = new ArrayDeque<UnderWay>();
    var again = new ArrayDeque<Sample>();
    var pace = new Pace();
    try {
      while (stream.hasNext() || !again.isEmpty() || !underWay.isEmpty()) {
        lease.check();
        boolean more = stream.hasNext() || !again.isEmpty();
        if (more && underWay.size() < pace.window) {
          underWay.add(begin(version, next(again, stream, pace.samples), lease));
          continue;
        }
        try {
          rows.addAll(finish(version, underWay.element(), lease));
          underWay.remove();
          pace.came();
        } catch (Problem failure) {
          pace.slow(failure);
          // Those behind it have met the same, or will.
          takeBack(underWay, again);
        }
      }
    } finally {
      underWay.forEach(left -> left.pending().abandon());
    }
    return rows;
  }

  /// Samples that were sent before go first.
  private static List<Sample> next(Queue<Sample> again, SampleStream stream, int most) {
    var samples = new ArrayList<Sample>();
    while (samples.size() < most && (!again.isEmpty() || stream.hasNext())) {
      samples.add(again.isEmpty() ? stream.next() : again.remove());
    }
    return samples;
  }

  /// Puts all that is under way before what is to be sent again, in its order.
  private static void takeBack(Deque<UnderWay> underWay, Deque<Sample> again) {
    while (!underWay.isEmpty()) {
      var last = underWay.removeLast();
      last.pending().abandon();
      last.samples().reversed().forEach(again::addFirst);
    }
  }

  /// Waits for a place where the queue is full.
  private UnderWay begin(EncoderVersion version, List<Sample> samples, JobLease lease) {
    boolean texts = version.card().kind().equals(Card.TEXT_ENCODER);
    var inputs = samples.stream().map(sample -> input(sample, texts)).toList();
    long from = System.nanoTime();
    while (true) {
      var client =
          new Client(CALLER, Protocol.JOB, Deadline.after(CALL_DEADLINE, System::nanoTime));
      try {
        return new UnderWay(samples, calls.begin(version, inputs, client));
      } catch (Problem refused) {
        if (refused.kind() != Kind.TOO_MANY || System.nanoTime() - from > PATIENCE.toNanos()) {
          throw refused;
        }
        lease.check();
        pause();
      }
    }
  }

  private List<Embedded> finish(EncoderVersion version, UnderWay call, JobLease lease) {
    float[][] vectors;
    try {
      vectors = call.pending().await(lease::over);
    } catch (Problem failure) {
      lease.check();
      if (isBroken(failure)) {
        throw broken(version, call.samples(), failure, lease);
      }
      throw failure;
    }
    var rows = new ArrayList<Embedded>();
    for (int i = 0; i < vectors.length; i++) {
      var sample = call.samples().get(i);
      rows.add(new Embedded(sample.id(), sample.split(), sample.label(), vectors[i]));
    }
    lease.embedded(rows.size());
    return rows;
  }

  /// An image that cannot be decoded, a text that is none.
  private static boolean isBroken(Problem problem) {
    return problem.kind() == Kind.UNPROCESSABLE || problem.kind() == Kind.BAD_REQUEST;
  }

  /// Which sample of a refused call it was, found by embedding each by itself. Where it was none,
  /// the refusal was no sample's fault.
  private RuntimeException broken(
      EncoderVersion version, List<Sample> samples, Problem whole, JobLease lease) {
    for (var sample : samples) {
      try {
        begin(version, List.of(sample), lease).pending().await(lease::over);
      } catch (Problem problem) {
        lease.check();
        if (isBroken(problem)) {
          return new BrokenSample(sample, problem);
        }
        return problem;
      }
    }
    return Problem.of(
        Kind.UNAVAILABLE,
        "samples %s to %s: refused together, %s (expected: what each is by itself, embedded)"
            .formatted(samples.getFirst().id(), samples.getLast().id(), whole.getMessage()),
        whole);
  }

  private static Input input(Sample sample, boolean text) {
    return text
        ? new Input.Text(beginning(new String(sample.content(), StandardCharsets.UTF_8)), true)
        : new Input.Encoded(sample.content());
  }

  /// No encoder reads more of a text, and the embedder refuses to be given it.
  private static String beginning(String text) {
    if (text.length() <= LONGEST_TEXT) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(LONGEST_TEXT - 1)) ? 1 : 0;
    return text.substring(0, LONGEST_TEXT - end);
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new JobLease.Ended(JobLease.Ended.Why.STOPPING);
    }
  }
}
