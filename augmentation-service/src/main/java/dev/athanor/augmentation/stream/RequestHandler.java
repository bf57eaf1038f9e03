package dev.athanor.augmentation.stream;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.athanor.augmentation.dataset.Catalogue;
import dev.athanor.contracts.batch.BatchRequest;
import dev.athanor.platform.error.Problem;
import dev.athanor.preprocessing.ImageException;
import java.time.Clock;
import java.util.List;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers one request: with a batch, with a failure, or not at all when nobody waits for it. Says
/// what is to become of the request then. Safe for many threads.
final class RequestHandler {
  private static final Logger log = LoggerFactory.getLogger(RequestHandler.class);

  private final Catalogue catalogue;
  private final BatchMaker maker;
  private final Mailboxes mailboxes;
  private final BytesInFlight memory;
  private final Fences fences = new Fences();
  private final StreamMetrics metrics;
  private final Clock clock;
  private final String build;
  private final int deliveries;

  /// @param build of this augmenter
  /// @param deliveries after which a request that fails here is answered with the failure
  RequestHandler(
      Catalogue catalogue,
      BatchMaker maker,
      Mailboxes mailboxes,
      BytesInFlight memory,
      StreamMetrics metrics,
      Clock clock,
      String build,
      int deliveries) {
    this.catalogue = catalogue;
    this.maker = maker;
    this.mailboxes = mailboxes;
    this.memory = memory;
    this.metrics = metrics;
    this.clock = clock;
    this.build = build;
    this.deliveries = deliveries;
  }

  /// Returns once the answer is acknowledged by the broker.
  ///
  /// @throws InterruptedException when the service stops; the request is not answered
  AcknowledgeType handle(ConsumerRecord<byte[], byte[]> taken) throws InterruptedException {
    BatchRequest request;
    try {
      request = BatchRequest.parseFrom(taken.value());
    } catch (InvalidProtocolBufferException failure) {
      return putAside(taken, "not a BatchRequest: " + failure.getMessage());
    }
    int mailboxCount = mailboxes.count();
    if (request.getMailbox() < 0 || request.getMailbox() >= mailboxCount) {
      return putAside(
          taken, "mailbox: %d (expected: 0..%d)".formatted(request.getMailbox(), mailboxCount - 1));
    }
    if (request.getExpiresAtMs() <= clock.millis()
        || !fences.isCurrent(request.getRunId(), request.getFence())) {
      metrics.skipped();
      return AcknowledgeType.ACCEPT;
    }
    boolean last = taken.deliveryCount().orElse((short) 1) >= deliveries;
    return answer(request, last);
  }

  private AcknowledgeType answer(BatchRequest request, boolean last) throws InterruptedException {
    if (!request.getAugmenterBuild().isEmpty() && !request.getAugmenterBuild().equals(build)) {
      // Another instance may be of the build that the run began with.
      return releaseOrFail(
          request,
          last,
          "build-mismatch",
          "augmenter build: %s (expected: %s, which made the run's first batch)"
              .formatted(build, Problem.quote(request.getAugmenterBuild())));
    }
    try {
      make(request);
      return AcknowledgeType.ACCEPT;
    } catch (Problem problem) {
      return fail(request, code(problem), problem.getMessage());
    } catch (ImageException failure) {
      return fail(request, "sample-unreadable", failure.getMessage());
    } catch (RuntimeException | OutOfMemoryError failure) {
      log.warn(
          "run {} batch {} of {}: not made",
          Problem.quote(request.getRunId()),
          request.getIndex(),
          Problem.quote(request.getStream()),
          failure);
      return releaseOrFail(request, last, "augmenter-failed", String.valueOf(failure));
    }
  }

  private void make(BatchRequest request) throws InterruptedException {
    var dataset = catalogue.open(request.getDataset(), request.getDatasetVersion());
    var order = maker.order(request, dataset);
    try (var hold = memory.take(order.bytes())) {
      long started = System.nanoTime();
      var batch = order.make();
      mailboxes.send(request.getMailbox(), batch.parts(request, build));
      metrics.made(batch, System.nanoTime() - started);
    }
  }

  /// A few tries by whoever takes it, then the answer that it cannot be done.
  private AcknowledgeType releaseOrFail(
      BatchRequest request, boolean last, String code, String message) throws InterruptedException {
    return last ? fail(request, code, message) : AcknowledgeType.RELEASE;
  }

  private AcknowledgeType fail(BatchRequest request, String code, String message)
      throws InterruptedException {
    metrics.failed();
    mailboxes.send(request.getMailbox(), List.of(Answers.failure(request, build, code, message)));
    return AcknowledgeType.ACCEPT;
  }

  private AcknowledgeType putAside(ConsumerRecord<byte[], byte[]> taken, String reason)
      throws InterruptedException {
    log.warn("request at offset {} put aside: {}", taken.offset(), reason);
    metrics.putAside();
    mailboxes.putAside(taken, reason);
    return AcknowledgeType.REJECT;
  }

  private static String code(Problem problem) {
    return switch (problem.kind()) {
      case NOT_FOUND -> "dataset-not-found";
      case CONFLICT -> "tokens-not-ready";
      default -> "spec-invalid";
    };
  }
}
