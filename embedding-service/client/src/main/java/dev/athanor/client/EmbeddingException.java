package dev.athanor.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.RetryInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A call failed. The message is the service's own where it answered: it names what was wrong and
/// what was expected.
public final class EmbeddingException extends RuntimeException {
  /// gRPC's own push-back, from services that send no details.
  private static final Metadata.Key<String> PUSHBACK =
      Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

  private static final Pattern MILLISECONDS = Pattern.compile("[0-9]{1,9}");

  private final Status.Code code;
  private final @Nullable Duration retryAfter;

  private EmbeddingException(
      Status.Code code,
      @Nullable String message,
      @Nullable Duration retryAfter,
      @Nullable Throwable cause) {
    super(message == null ? code.name() : message, cause);
    this.code = code;
    this.retryAfter = retryAfter;
  }

  static EmbeddingException of(Status.Code code, String message, @Nullable Throwable cause) {
    return new EmbeddingException(code, message, null, cause);
  }

  static EmbeddingException of(Throwable failure) {
    var status = Status.fromThrowable(failure);
    return new EmbeddingException(
        status.getCode(), status.getDescription(), hint(failure), failure);
  }

  /// The canonical status.
  public Status.Code code() {
    return code;
  }

  /// When the service asked to be called again, if it did.
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  private static @Nullable Duration hint(Throwable failure) {
    var status = StatusProto.fromThrowable(failure);
    for (var detail : status == null ? List.<Any>of() : status.getDetailsList()) {
      if (detail.is(RetryInfo.class)) {
        return delay(detail);
      }
    }
    var trailers = Status.trailersFromThrowable(failure);
    var pushback = trailers == null ? null : trailers.get(PUSHBACK);
    return pushback == null ? null : milliseconds(pushback);
  }

  /// A hint that cannot be read is none: the failure that it came with is what the caller must
  /// hear.
  private static @Nullable Duration delay(Any detail) {
    try {
      var delay = detail.unpack(RetryInfo.class).getRetryDelay();
      return Duration.ofSeconds(delay.getSeconds(), delay.getNanos());
    } catch (InvalidProtocolBufferException unreadable) {
      return null;
    }
  }

  private static @Nullable Duration milliseconds(String sent) {
    return MILLISECONDS.matcher(sent).matches() ? Duration.ofMillis(Long.parseLong(sent)) : null;
  }
}
