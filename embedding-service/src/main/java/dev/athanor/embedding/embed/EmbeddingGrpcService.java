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
import dev.athanor.embedding.metrics.ServingMetrics;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import org.springframework.stereotype.Component;

/// `athanor.embedding.v1`.
@Component
class EmbeddingGrpcService extends EmbeddingServiceGrpc.EmbeddingServiceImplBase {
  private static final Protocol PROTOCOL = Protocol.GRPC;

  private final Embedder embedder;
  private final Catalogue catalogue;
  private final Clients clients;
  private final ServingMetrics metrics;

  EmbeddingGrpcService(
      Embedder embedder, Catalogue catalogue, Clients clients, ServingMetrics metrics) {
    this.embedder = embedder;
    this.catalogue = catalogue;
    this.clients = clients;
    this.metrics = metrics;
  }

  @Override
  public void embed(EmbedRequest request, StreamObserver<EmbedResponse> answers) {
    GrpcReplies.reply(
        answers, () -> begin(request), (pending, rows) -> response(request, pending, rows));
  }

  @Override
  public StreamObserver<EmbedRequest> embedStream(StreamObserver<EmbedResponse> answers) {
    return new OrderedStream<>(
        (ServerCallStreamObserver<EmbedResponse>) answers, this::begin, this::response);
  }

  @Override
  public void getModel(GetModelRequest request, StreamObserver<Model> answers) {
    GrpcReplies.reply(answers, () -> model(embedder.resolve(request.getModel())));
  }

  @Override
  public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> answers) {
    GrpcReplies.reply(
        answers,
        () ->
            ListModelsResponse.newBuilder()
                .addAllModels(catalogue.models().stream().map(EmbeddingGrpcService::model).toList())
                .build());
  }

  private Pending begin(EmbedRequest request) {
    var images = request.getImagesList().stream().map(ByteString::toByteArray).toList();
    return embedder.embed(request.getModel(), images, clients.ofGrpcCall(PROTOCOL));
  }

  private EmbedResponse response(EmbedRequest request, Pending pending, float[][] rows) {
    return metrics.serialising(
        pending.encoder().id(),
        PROTOCOL.label(),
        () -> {
          var response =
              EmbedResponse.newBuilder()
                  .setModel(pending.encoder().id())
                  .setDimensions(pending.encoder().card().dimensions())
                  .setRequestId(request.getRequestId());
          for (var row : rows) {
            response.addEmbeddings(Embedding.newBuilder().addAllValues(Floats.asList(row)));
          }
          return response.build();
        });
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
}
