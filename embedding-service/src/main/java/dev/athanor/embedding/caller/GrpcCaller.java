package dev.athanor.embedding.caller;

import dev.athanor.platform.error.Problem;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.grpc.server.GlobalServerInterceptor;
import org.springframework.stereotype.Component;

/// Reads who calls from a gRPC call's metadata, and hands it to the call, and to what else looks at
/// it, as [#current()].
@Component
@GlobalServerInterceptor
@Order(Ordered.LOWEST_PRECEDENCE - 1)
public final class GrpcCaller implements ServerInterceptor {
  private static final Metadata.Key<String> NAME =
      Metadata.Key.of(Caller.NAME, Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> PRIORITY =
      Metadata.Key.of(Caller.PRIORITY, Metadata.ASCII_STRING_MARSHALLER);
  private static final Context.Key<Caller> CALLER = Context.key("athanor-caller");

  /// Who made the call that this thread works on.
  public static Caller current() {
    var caller = CALLER.get();
    if (caller == null) {
      throw new IllegalStateException("no gRPC call (expected: a thread that works on one)");
    }
    return caller;
  }

  /// The context of a call that this caller made.
  public static Context as(Caller caller) {
    return Context.current().withValue(CALLER, caller);
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Caller caller;
    try {
      var address = address(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
      caller = Caller.of(headers.get(NAME), address, headers.get(PRIORITY));
    } catch (Problem refused) {
      call.close(Status.INVALID_ARGUMENT.withDescription(refused.getMessage()), new Metadata());
      return new ServerCall.Listener<>() {};
    }
    return Contexts.interceptCall(as(caller), call, headers, next);
  }

  private static String address(@Nullable SocketAddress remote) {
    return remote instanceof InetSocketAddress internet && internet.getAddress() != null
        ? internet.getAddress().getHostAddress()
        : String.valueOf(remote);
  }
}
