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
import java.util.List;
import java.util.concurrent.TimeUnit;
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

  /// How long a full queue may keep a job from getting anywhere.
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  /// In UTF-16 units.
  private static final int LONGEST_TEXT = 1 << 18;

  private static final Duration PAUSE = Duration.ofMillis(200);

  private final Embedder embedder;
  private final int call;

  BulkEmbedder(Embedder embedder, EmbedProperties properties) {
    this.embedder = embedder;
    this.call = Math.min(CALL, properties.images());
  }

  /// A sample that cannot be embedded, and why.
  static final class BrokenSample extends RuntimeException {
    BrokenSample(Sample sample, Problem problem) {
      super("sample %s: %s".formatted(sample.id(), problem.getMessage()), problem);
    }
  }

  private record UnderWay(List<Sample> samples, Pending pending) {}

  /// All samples of a stream, in their order.
  ///
  /// @param stream at least one sample
  List<Embedded> embed(EncoderVersion version, SampleStream stream, JobLease lease) {
    var rows = new ArrayList<Embedded>();
    var underWay = new ArrayDeque<UnderWay>();
    try {
      while (stream.hasNext() || !underWay.isEmpty()) {
        lease.check();
        if (stream.hasNext() && underWay.size() < WINDOW) {
          underWay.add(begin(version, next(stream), lease));
        } else {
          rows.addAll(finish(version, underWay.remove(), lease));
        }
      }
    } finally {
      underWay.forEach(left -> left.pending().abandon());
    }
    return rows;
  }

  private List<Sample> next(SampleStream stream) {
    var samples = new ArrayList<Sample>();
    while (samples.size() < call && stream.hasNext()) {
      samples.add(stream.next());
    }
    return samples;
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
        return new UnderWay(samples, embedder.embed(version, inputs, client));
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

  /// Which sample of a refused call it was, found by embedding each by itself.
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
    return whole;
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
