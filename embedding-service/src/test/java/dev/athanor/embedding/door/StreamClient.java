package dev.athanor.embedding.door;

import dev.athanor.contracts.embedding.EmbedRequest;
import dev.athanor.contracts.embedding.EmbedResponse;
import dev.athanor.contracts.embedding.EmbeddingServiceGrpc;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/// A caller of `EmbedStream` that sends everything at once and then waits.
final class StreamClient implements StreamObserver<EmbedResponse> {
  final List<EmbedResponse> answers = new CopyOnWriteArrayList<>();
  final CompletableFuture<List<EmbedResponse>> ended = new CompletableFuture<>();

  static List<EmbedResponse> call(Channel channel, Metadata metadata, List<EmbedRequest> requests)
      throws Exception {
    var client = new StreamClient();
    var sending =
        EmbeddingServiceGrpc.newStub(channel)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata))
            .embedStream(client);
    requests.forEach(sending::onNext);
    sending.onCompleted();
    try {
      return client.ended.get(60, TimeUnit.SECONDS);
    } catch (ExecutionException failure) {
      throw failure.getCause() instanceof RuntimeException cause ? cause : failure;
    }
  }

  @Override
  public void onNext(EmbedResponse answer) {
    answers.add(answer);
  }

  @Override
  public void onError(Throwable failure) {
    ended.completeExceptionally(failure);
  }

  @Override
  public void onCompleted() {
    ended.complete(answers);
  }
}
