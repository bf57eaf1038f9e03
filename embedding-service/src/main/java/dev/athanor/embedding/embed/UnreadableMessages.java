package dev.athanor.embedding.embed;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;

/// Refuses bytes that are no message with INVALID_ARGUMENT, and a message that is too long once it
/// is unpacked with RESOURCE_EXHAUSTED, and ends the call.
///
/// gRPC parses a message before any interceptor sees it, and takes a failure there for one of the
/// service: UNKNOWN. So the server hands on the bytes themselves, and the message is read behind
/// this interceptor.
final class UnreadableMessages implements ServerInterceptor {
  private UnreadableMessages() {}

  static ServerServiceDefinition refusedBy(ServerServiceDefinition service) {
    var bytes = new AsSent();
    return ServerInterceptors.intercept(
        ServerInterceptors.useMarshalledMessages(service, bytes, bytes), new UnreadableMessages());
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    var refusable = new Refusable<>(call);
    return new Reading<>(next.startCall(refusable, headers), refusable);
  }

  private static final class Reading<Q> extends SimpleForwardingServerCallListener<Q> {
    private final Refusable<?, ?> call;
    private boolean over;

    Reading(ServerCall.Listener<Q> reader, Refusable<?, ?> call) {
      super(reader);
      this.call = call;
    }

    @Override
    public void onMessage(Q message) {
      if (over) {
        return;
      }
      try {
        super.onMessage(message);
      } catch (StatusRuntimeException failure) {
        call.refuse(refusal(failure));
        over = true;
        // Nobody waits for what is under way.
        super.onCancel();
      }
    }

    private Status refusal(StatusRuntimeException failure) {
      if (failure.getCause() instanceof InvalidProtocolBufferException unreadable) {
        return Status.INVALID_ARGUMENT.withDescription(
            "message: %s (expected: the request of %s as protobuf)"
                .formatted(
                    unreadable.getMessage(), call.getMethodDescriptor().getFullMethodName()));
      }
      if (failure.getStatus().getCode() == Status.Code.RESOURCE_EXHAUSTED) {
        return failure.getStatus();
      }
      throw failure;
    }

    @Override
    public void onHalfClose() {
      if (!over) {
        super.onHalfClose();
      }
    }

    @Override
    public void onReady() {
      if (!over) {
        super.onReady();
      }
    }

    @Override
    public void onCancel() {
      if (!over) {
        super.onCancel();
      }
    }

    @Override
    public void onComplete() {
      if (!over) {
        super.onComplete();
      }
    }
  }

  /// Answers of earlier requests come from other threads; after a refusal they lead nowhere.
  private static final class Refusable<Q, A> extends SimpleForwardingServerCall<Q, A> {
    private boolean closed;
    private boolean refused;

    Refusable(ServerCall<Q, A> call) {
      super(call);
    }

    synchronized void refuse(Status why) {
      refused = true;
      if (!closed) {
        super.close(why, new Metadata());
      }
    }

    @Override
    public synchronized void sendHeaders(Metadata headers) {
      if (!refused) {
        super.sendHeaders(headers);
      }
    }

    @Override
    public synchronized void sendMessage(A message) {
      if (!refused) {
        super.sendMessage(message);
      }
    }

    @Override
    public synchronized void close(Status status, Metadata trailers) {
      if (!refused) {
        closed = true;
        super.close(status, trailers);
      }
    }
  }

  /// Neither copies nor reads anything, so that answers are written as they would be without it.
  private record AsSent() implements MethodDescriptor.Marshaller<InputStream> {
    @Override
    public InputStream stream(InputStream message) {
      return message;
    }

    @Override
    public InputStream parse(InputStream message) {
      return message;
    }
  }
}
