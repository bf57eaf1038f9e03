package dev.athanor.embedding.embed;

import dev.athanor.contracts.embedding.EmbeddingServiceGrpc;
import dev.athanor.contracts.inference.GRPCInferenceServiceGrpc;
import dev.athanor.embedding.caller.GrpcCaller;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.Optional;
import java.util.Set;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.grpc.server.GlobalServerInterceptor;
import org.springframework.stereotype.Component;

/// Refuses the calls of gRPC for which there can be no room, before their message is read, as
/// [EarlyRefusals] does those of REST. Which model they ask stands in the message.
@Component
@GlobalServerInterceptor
@Order(Ordered.LOWEST_PRECEDENCE)
final class EarlyGrpcRefusals implements ServerInterceptor {
  private static final Set<String> METHODS =
      Set.of(
          EmbeddingServiceGrpc.getEmbedMethod().getFullMethodName(),
          GRPCInferenceServiceGrpc.getModelInferMethod().getFullMethodName());

  private final Embedder embedder;

  EarlyGrpcRefusals(Embedder embedder) {
    this.embedder = embedder;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (METHODS.contains(call.getMethodDescriptor().getFullMethodName())) {
      var refusal = embedder.refusal(GrpcCaller.current(), Optional.empty());
      if (refusal.isPresent()) {
        var status = GrpcReplies.of(refusal.get());
        call.close(status.getStatus(), status.getTrailers());
        return new ServerCall.Listener<>() {};
      }
    }
    return next.startCall(call, headers);
  }
}
