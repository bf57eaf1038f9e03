package dev.athanor.embedding.embed;

import com.google.common.primitives.Floats;
import dev.athanor.contracts.embedding.EmbedRequest;
import dev.athanor.contracts.embedding.EmbedResponse;
import dev.athanor.contracts.embedding.Embedding;
import dev.athanor.contracts.embedding.EmbeddingServiceGrpc;
import dev.athanor.contracts.embedding.GetModelRequest;
import dev.athanor.contracts.embedding.ListModelsRequest;
import dev.athanor.contracts.embedding.ListModelsResponse;
import dev.athanor.contracts.embedding.Model;
import dev.athanor.embedding.caller.GrpcCaller;
import dev.athanor.embedding.catalogue.Catalogue;
import dev.athanor.embedding.catalogue.EncoderVersion;
import dev.athanor.embedding.metrics.ServingMetrics;
import dev.athanor.embedding.trace.RequestTraces;
import dev.athanor.platform.error.Problem;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;

/// `athanor.embedding.v1`.
@Component
class EmbeddingGrpcService extends EmbeddingServiceGrpc.EmbeddingServiceImplBase {
  private static final Protocol PROTOCOL = Protocol.GRPC;

  private final Embedder embedder;
  private final Catalogue catalogue;
  private final Clients clients;
  private final RequestBodies bodies;
  private final ServingMetrics metrics;
  private final RequestTraces traces;

  EmbeddingGrpcService(
      Embedder embedder,
      Catalogue catalogue,
      Clients clients,
      RequestBodies bodies,
      ServingMetrics metrics,
      RequestTraces traces) {
    this.embedder = embedder;
    this.catalogue = catalogue;
    this.clients = clients;
    this.bodies = bodies;
    this.metrics = metrics;
    this.traces = traces;
  }

  @Override
  public void embed(EmbedRequest request, StreamObserver<EmbedResponse> answers) {
    var id = request.getRequestId();
    GrpcReplies.reply(
        answers,
        bodies,
        request.getSerializedSize(),
        () -> begin(request),
        (pending, rows) -> response(id, pending, rows));
  }

  @Override
  public StreamObserver<EmbedRequest> embedStream(StreamObserver<EmbedResponse> answers) {
    return new OrderedStream<>(
        (ServerCallStreamObserver<EmbedResponse>) answers,
        GrpcCaller.current(),
        bodies,
        this::asked);
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

  private OrderedStream.Asked<EmbedResponse> asked(EmbedRequest request) {
    int inputs = request.getImagesCount() + request.getTextsCount() + request.getTokensCount();
    embedder.checkCount(inputs);
    int dimensions = embedder.resolve(request.getModel()).card().dimensions();
    var id = request.getRequestId();
    int message = request.getSerializedSize();
    long kept = (long) inputs * dimensions * Float.BYTES + (long) id.length() * Character.BYTES;
    return new OrderedStream.Asked<>(
        message,
        RequestBodies.weight(message, kept),
        kept,
        traces.carried(() -> begin(request)),
        (pending, rows) -> response(id, pending, rows));
  }

  private Pending begin(EmbedRequest request) {
    var client = clients.ofGrpcCall(PROTOCOL);
    return embedder.embed(embedder.resolve(request.getModel()), inputs(request), client);
  }

  private static List<Input> inputs(EmbedRequest request) {
    boolean truncate = !request.hasTruncate() || request.getTruncate();
    var inputs = new ArrayList<Input>();
    request.getImagesList().forEach(image -> inputs.add(new Input.Encoded(image.toByteArray())));
    request.getTextsList().forEach(text -> inputs.add(new Input.Text(text, truncate)));
    for (var tokens : request.getTokensList()) {
      var ids = tokens.getIdsList().stream().mapToLong(Integer::longValue).toArray();
      inputs.add(new Input.Tokens(ids, truncate));
    }
    var kinds = inputs.stream().map(Input::kind).distinct().toList();
    if (kinds.size() > 1) {
      throw Problem.badRequest(
          "inputs: %s (expected: exactly one of images, texts and tokens)"
              .formatted(String.join(" and ", kinds)));
    }
    return inputs;
  }

  private EmbedResponse response(String requestId, Pending pending, float[][] rows) {
    return metrics.serialising(
        pending.encoder().id(),
        PROTOCOL.label(),
        () -> {
          var response =
              EmbedResponse.newBuilder()
                  .setModel(pending.encoder().id())
                  .setDimensions(pending.encoder().card().dimensions())
                  .setRequestId(requestId)
                  .setTokens(pending.tokens());
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
