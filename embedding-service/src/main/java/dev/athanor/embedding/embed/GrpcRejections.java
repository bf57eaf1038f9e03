package dev.athanor.embedding.embed;

import dev.athanor.contracts.embedding.EmbeddingServiceGrpc;
import dev.athanor.embedding.caller.Caller;
import dev.athanor.embedding.caller.Urgency;
import dev.athanor.embedding.metrics.ServingMetrics;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.grpc.server.GlobalServerInterceptor;
import org.springframework.stereotype.Component;

/// Counts the calls of gRPC that were told to come back later, whatever was full.
@Component
@GlobalServerInterceptor
@Order(GrpcRejections.ORDER)
final class GrpcRejections implements ServerInterceptor {
  /// Around all that refuses.
  static final int ORDER = Ordered.LOWEST_PRECEDENCE - 1;

  private static final Metadata.Key<String> PRIORITY =
      Metadata.Key.of(Caller.PRIORITY, Metadata.ASCII_STRING_MARSHALLER);

  private final ServingMetrics metrics;

  GrpcRejections(ServingMetrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    var service = call.getMethodDescriptor().getServiceName();
    var protocol =
        EmbeddingServiceGrpc.SERVICE_NAME.equals(service) ? Protocol.GRPC : Protocol.INFERENCE_GRPC;
    var urgency = Urgency.orInteractive(headers.get(PRIORITY));
    return next.startCall(
        new SimpleForwardingServerCall<Q, A>(call) {
          @Override
          public void close(Status status, Metadata trailers) {
            if (GrpcReplies.saysWhenToComeBack(status, trailers)) {
              metrics.rejected(protocol.label(), urgency.label());
            }
            super.close(status, trailers);
          }
        },
        headers);
  }
}
