package dev.athanor.embedding.inference;

import com.google.common.primitives.Floats;
import com.google.common.primitives.Longs;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.athanor.contracts.inference.GRPCInferenceServiceGrpc;
import dev.athanor.contracts.inference.InferTensorContents;
import dev.athanor.contracts.inference.ModelInferRequest;
import dev.athanor.contracts.inference.ModelInferRequest.InferInputTensor;
import dev.athanor.contracts.inference.ModelInferResponse;
import dev.athanor.contracts.inference.ModelMetadataRequest;
import dev.athanor.contracts.inference.ModelMetadataResponse;
import dev.athanor.contracts.inference.ModelReadyRequest;
import dev.athanor.contracts.inference.ModelReadyResponse;
import dev.athanor.contracts.inference.ServerLiveRequest;
import dev.athanor.contracts.inference.ServerLiveResponse;
import dev.athanor.contracts.inference.ServerMetadataRequest;
import dev.athanor.contracts.inference.ServerMetadataResponse;
import dev.athanor.contracts.inference.ServerReadyRequest;
import dev.athanor.contracts.inference.ServerReadyResponse;
import dev.athanor.embedding.embed.Clients;
import dev.athanor.embedding.embed.Embedder;
import dev.athanor.embedding.embed.GrpcReplies;
import dev.athanor.embedding.embed.Pending;
import dev.athanor.embedding.embed.Protocol;
import dev.athanor.embedding.embed.RequestBodies;
import dev.athanor.embedding.metrics.ServingMetrics;
import dev.athanor.platform.error.Problem;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;

/// The protocol over gRPC. An answer has the form of its question: raw contents to raw contents,
/// typed ones to typed ones.
@Component
class InferenceGrpcService extends GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase {
  private static final Protocol PROTOCOL = Protocol.INFERENCE_GRPC;

  private final Models models;
  private final Embedder embedder;
  private final Clients clients;
  private final RequestBodies bodies;
  private final ServingMetrics metrics;

  InferenceGrpcService(
      Models models,
      Embedder embedder,
      Clients clients,
      RequestBodies bodies,
      ServingMetrics metrics) {
    this.models = models;
    this.embedder = embedder;
    this.clients = clients;
    this.bodies = bodies;
    this.metrics = metrics;
  }

  @Override
  public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> answers) {
    GrpcReplies.reply(answers, () -> ServerLiveResponse.newBuilder().setLive(true).build());
  }

  @Override
  public void serverReady(ServerReadyRequest request, StreamObserver<ServerReadyResponse> answers) {
    GrpcReplies.reply(
        answers, () -> ServerReadyResponse.newBuilder().setReady(models.ready()).build());
  }

  @Override
  public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> answers) {
    GrpcReplies.reply(
        answers,
        () -> {
          var version = models.resolve(request.getName(), request.getVersion());
          return ModelReadyResponse.newBuilder().setReady(models.ready(version)).build();
        });
  }

  @Override
  public void serverMetadata(
      ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> answers) {
    GrpcReplies.reply(
        answers,
        () ->
            ServerMetadataResponse.newBuilder()
                .setName(Models.SERVER)
                .setVersion(models.serverVersion())
                .addAllExtensions(Models.EXTENSIONS)
                .build());
  }

  @Override
  public void modelMetadata(
      ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> answers) {
    GrpcReplies.reply(
        answers,
        () -> {
          var version = models.resolve(request.getName(), request.getVersion());
          var tensors = new ModelTensors(version.card());
          return ModelMetadataResponse.newBuilder()
              .setName(version.name())
              .addAllVersions(models.versions(version))
              .setPlatform(ModelTensors.PLATFORM)
              .addAllInputs(described(tensors.inputs()))
              .addAllOutputs(described(tensors.outputs()))
              .build();
        });
  }

  @Override
  public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> answers) {
    GrpcReplies.reply(
        answers,
        bodies,
        request.getSerializedSize(),
        () -> embed(request),
        (pending, rows) -> response(request, pending, rows));
  }

  private Pending embed(ModelInferRequest request) {
    var version = models.resolve(request.getModelName(), request.getModelVersion());
    var tensors = new ModelTensors(version.card());
    request.getOutputsList().forEach(output -> tensors.checkOutput(output.getName()));
    var inputs = tensors.read(sent(request), truncates(request));
    return embedder.embed(version, inputs, clients.ofGrpcCall(PROTOCOL));
  }

  private static boolean truncates(ModelInferRequest request) {
    var sent = request.getParametersMap().get(InferRequest.TRUNCATE);
    return sent == null || !sent.hasBoolParam() || sent.getBoolParam();
  }

  private static List<Tensor> sent(ModelInferRequest request) {
    int raw = request.getRawInputContentsCount();
    if (raw > 0 && raw != request.getInputsCount()) {
      throw Problem.badRequest(
          "raw_input_contents: %d (expected: none, or one for each of the %d inputs)"
              .formatted(raw, request.getInputsCount()));
    }
    var tensors = new ArrayList<Tensor>();
    for (int i = 0; i < request.getInputsCount(); i++) {
      var input = request.getInputs(i);
      var field = "inputs[%d]".formatted(i);
      if (raw > 0 && input.hasContents()) {
        throw Problem.badRequest(
            "%s.contents: there (expected: not beside raw_input_contents)".formatted(field));
      }
      var content =
          raw > 0
              ? RawTensor.read(
                  field, input.getDatatype(), request.getRawInputContents(i).asReadOnlyByteBuffer())
              : typed(field, input);
      tensors.add(new Tensor(input.getName(), input.getDatatype(), input.getShapeList(), content));
    }
    return tensors;
  }

  private static Tensor.Content typed(String field, InferInputTensor input) {
    return switch (input.getDatatype()) {
      case Tensor.FP32 ->
          new Tensor.Content.Floats(Floats.toArray(input.getContents().getFp32ContentsList()));
      case Tensor.INT64 ->
          new Tensor.Content.Longs(Longs.toArray(input.getContents().getInt64ContentsList()));
      case Tensor.BYTES ->
          new Tensor.Content.Files(
              input.getContents().getBytesContentsList().stream()
                  .map(ByteString::toByteArray)
                  .toList());
      default -> throw RawTensor.unknown(field, input.getDatatype());
    };
  }

  private ModelInferResponse response(ModelInferRequest request, Pending pending, float[][] rows) {
    var version = pending.encoder();
    return metrics.serialising(
        version.id(),
        PROTOCOL.label(),
        () -> {
          var output =
              ModelInferResponse.InferOutputTensor.newBuilder()
                  .setName(version.card().output().name())
                  .setDatatype(Tensor.FP32)
                  .addShape(rows.length)
                  .addShape(rows[0].length);
          var response =
              ModelInferResponse.newBuilder()
                  .setModelName(version.name())
                  .setModelVersion(Integer.toString(version.version()))
                  .setId(request.getId());
          if (request.getRawInputContentsCount() > 0) {
            response.addRawOutputContents(UnsafeByteOperations.unsafeWrap(RawTensor.write(rows)));
          } else {
            var contents = InferTensorContents.newBuilder();
            for (var row : rows) {
              contents.addAllFp32Contents(Floats.asList(row));
            }
            output.setContents(contents);
          }
          return response.addOutputs(output).build();
        });
  }

  private static List<ModelMetadataResponse.TensorMetadata> described(List<Described> tensors) {
    return tensors.stream()
        .map(
            tensor ->
                ModelMetadataResponse.TensorMetadata.newBuilder()
                    .setName(tensor.name())
                    .setDatatype(tensor.datatype())
                    .addAllShape(tensor.shape())
                    .build())
        .toList();
  }
}
