package dev.athanor.benchmarks.serving;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.athanor.contracts.embedding.EmbedRequest;
import dev.athanor.contracts.embedding.EmbedResponse;
import dev.athanor.contracts.embedding.EmbeddingServiceGrpc;
import dev.athanor.contracts.inference.GRPCInferenceServiceGrpc;
import dev.athanor.contracts.inference.ModelInferRequest;
import dev.athanor.contracts.inference.ModelInferResponse;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Unary calls over gRPC, on two connections, answered in Netty's own threads.
final class GrpcWay<Q, A> implements Way {
  private static final Metadata.Key<String> PUSHBACK =
      Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

  private final List<ManagedChannel> channels;
  private final MethodDescriptor<Q, A> method;
  private final List<Q> questions;
  private final Predicate<A> right;

  private GrpcWay(int port, MethodDescriptor<Q, A> method, List<Q> questions, Predicate<A> right) {
    this.channels =
        Stream.generate(
                () ->
                    ManagedChannelBuilder.forAddress("127.0.0.1", port)
                        .usePlaintext()
                        .directExecutor()
                        .build())
            .limit(2)
            .toList();
    this.method = method;
    this.questions = questions;
    this.right = right;
  }

  /// `athanor.embedding.v1`, one image file a call.
  static Way images(int port, String model, List<byte[]> files, int dimensions) {
    var questions =
        files.stream()
            .map(
                file ->
                    EmbedRequest.newBuilder()
                        .setModel(model)
                        .addImages(ByteString.copyFrom(file))
                        .build())
            .toList();
    return new GrpcWay<EmbedRequest, EmbedResponse>(
        port,
        EmbeddingServiceGrpc.getEmbedMethod(),
        questions,
        answer ->
            answer.getEmbeddingsCount() == 1
                && answer.getEmbeddings(0).getValuesCount() == dimensions);
  }

  /// The Open Inference Protocol, one normalised tensor a call as raw contents.
  ///
  /// @param size of the square image of three channels
  static Way tensors(int port, String model, List<float[]> tensors, int size, int dimensions) {
    var questions = tensors.stream().map(tensor -> question(model, tensor, size)).toList();
    return new GrpcWay<ModelInferRequest, ModelInferResponse>(
        port,
        GRPCInferenceServiceGrpc.getModelInferMethod(),
        questions,
        answer ->
            answer.getRawOutputContentsCount() == 1
                && answer.getRawOutputContents(0).size() == dimensions * Float.BYTES);
  }

  private static ModelInferRequest question(String model, float[] tensor, int size) {
    var bytes = ByteBuffer.allocate(tensor.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(tensor);
    return ModelInferRequest.newBuilder()
        .setModelName(model)
        .addInputs(
            ModelInferRequest.InferInputTensor.newBuilder()
                .setName("pixels")
                .setDatatype("FP32")
                .addAllShape(List.of(1L, 3L, (long) size, (long) size)))
        .addRawInputContents(UnsafeByteOperations.unsafeWrap(bytes.array()))
        .build();
  }

  @Override
  public CompletableFuture<Outcome> ask(int number) {
    var outcome = new CompletableFuture<Outcome>();
    var call =
        channels
            .get(number % channels.size())
            .newCall(method, CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS));
    ClientCalls.asyncUnaryCall(
        call,
        questions.get(number % questions.size()),
        new StreamObserver<>() {
          private Outcome found = Outcome.FAILED;

          @Override
          public void onNext(A answer) {
            found = right.test(answer) ? Outcome.OK : Outcome.FAILED;
          }

          @Override
          public void onError(Throwable failure) {
            outcome.complete(of(failure));
          }

          @Override
          public void onCompleted() {
            outcome.complete(found);
          }
        });
    return outcome;
  }

  private static Outcome of(Throwable failure) {
    var trailers = Status.trailersFromThrowable(failure);
    boolean full = Status.fromThrowable(failure).getCode() == Status.Code.RESOURCE_EXHAUSTED;
    return full && trailers != null && trailers.containsKey(PUSHBACK)
        ? Outcome.REFUSED
        : Outcome.FAILED;
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
  }
}
