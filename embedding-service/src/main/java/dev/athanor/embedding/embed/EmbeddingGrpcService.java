package dev.athanor.embedding.embed;

import com.google.common.primitives.Floats;
import com.google.protobuf.ByteString;
import dev.athanor.contracts.embedding.EmbedRequest;
import dev.athanor.contracts.embedding.EmbedResponse;
import dev.athanor.contracts.embedding.Embedding;
import dev.athanor.contracts.embedding.EmbeddingServiceGrpc;
import dev.athanor.contracts.embedding.GetModelRequest;
import dev.athanor.contracts.embedding.ListModelsRequest;
import dev.athanor.contracts.embedding.ListModelsResponse;
import dev.athanor.contracts.embedding.Model;
import dev.athanor.embedding.catalogue.Catalogue;
import dev.athanor.embedding.catalogue.EncoderVersion;
import dev.athanor.embedding.catalogue.ModelReference;
import dev.athanor.embedding.deadline.Deadline;
import dev.athanor.platform.error.Problem;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/// `athanor.embedding.v1`.
@Component
class EmbeddingGrpcService extends EmbeddingServiceGrpc.EmbeddingServiceImplBase {
  private static final Logger log = LoggerFactory.getLogger(EmbeddingGrpcService.class);

  private final Embedder embedder;
  private final Catalogue catalogue;

  EmbeddingGrpcService(Embedder embedder, Catalogue catalogue) {
    this.embedder = embedder;
    this.catalogue = catalogue;
  }

  @Override
  public void embed(EmbedRequest request, StreamObserver<EmbedResponse> answers) {
    answer(answers, () -> embed(request));
  }

  /// The next request is read when the one before is answered, so that a caller who sends faster
  /// than we embed is slowed by HTTP/2's flow control.
  @Override
  public StreamObserver<EmbedRequest> embedStream(StreamObserver<EmbedResponse> answers) {
    return new StreamObserver<>() {
      private boolean failed;

      @Override
      public void onNext(EmbedRequest request) {
        if (failed) {
          return;
        }
        try {
          answers.onNext(embed(request));
        } catch (RuntimeException failure) {
          failed = true;
          answers.onError(status(failure).asRuntimeException());
        }
      }

      @Override
      public void onError(Throwable callerLeft) {
        log.debug("a caller left its stream: {}", callerLeft.getMessage());
      }

      @Override
      public void onCompleted() {
        if (!failed) {
          answers.onCompleted();
        }
      }
    };
  }

  @Override
  public void getModel(GetModelRequest request, StreamObserver<Model> answers) {
    answer(answers, () -> model(catalogue.resolve(ModelReference.parse(request.getModel()))));
  }

  @Override
  public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> answers) {
    answer(
        answers,
        () ->
            ListModelsResponse.newBuilder()
                .addAllModels(catalogue.models().stream().map(EmbeddingGrpcService::model).toList())
                .build());
  }

  private EmbedResponse embed(EmbedRequest request) {
    var images = request.getImagesList().stream().map(ByteString::toByteArray).toList();
    var found = embedder.embed(request.getModel(), images, deadline());
    var response =
        EmbedResponse.newBuilder()
            .setModel(found.encoder().id())
            .setDimensions(found.encoder().card().dimensions())
            .setRequestId(request.getRequestId());
    for (var row : found.rows()) {
      response.addEmbeddings(Embedding.newBuilder().addAllValues(Floats.asList(row)));
    }
    return response.build();
  }

  /// The caller's, where it is nearer than ours.
  private Deadline deadline() {
    var ours = embedder.longest();
    var callers = Context.current().getDeadline();
    if (callers == null) {
      return ours;
    }
    long remaining = Math.min(ours.remainingNanos(), callers.timeRemaining(TimeUnit.NANOSECONDS));
    return new Deadline(ours.ticker().getAsLong() + remaining, ours.ticker());
  }

  private static Model model(EncoderVersion encoder) {
    return Model.newBuilder()
        .setName(encoder.name())
        .setVersion(encoder.version())
        .setDimensions(encoder.card().dimensions())
        .addAllAliases(encoder.aliases())
        .setCardJson(encoder.cardJson())
        .setCreatedAtMs(encoder.createdAt().toEpochMilli())
        .build();
  }

  private static <T> void answer(StreamObserver<T> answers, Supplier<T> work) {
    T answer;
    try {
      answer = work.get();
    } catch (RuntimeException failure) {
      answers.onError(status(failure).asRuntimeException());
      return;
    }
    answers.onNext(answer);
    answers.onCompleted();
  }

  private static Status status(RuntimeException failure) {
    if (failure instanceof Problem problem) {
      return Status.Code.valueOf(problem.kind().grpcCode())
          .toStatus()
          .withDescription(problem.getMessage());
    }
    log.error("a call failed", failure);
    return Status.INTERNAL.withDescription("the service failed on this call; its log says why");
  }
}
