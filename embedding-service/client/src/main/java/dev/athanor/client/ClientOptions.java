package dev.athanor.client;

import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.TlsChannelCredentials;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where the service is, and how it is called.
///
/// @param target `host:port`, or any name that gRPC resolves, as `dns:///embedding:9090`
/// @param credentials of the connection: none, or TLS with authorities and a certificate of choice
/// @param deadline of a whole call, all of its attempts included; of each answer in a stream
/// @param caller a name among which the service is shared fairly; without one it is the address
///   that the call comes from
public record ClientOptions(
    String target,
    ChannelCredentials credentials,
    Duration deadline,
    Retries retries,
    @Nullable String caller,
    Priority priority) {
  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final Pattern CALLER = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

  public ClientOptions {
    if (target.isBlank()) {
      throw new IllegalArgumentException("target: blank (expected: host:port)");
    }
    if (deadline.isNegative() || deadline.isZero()) {
      throw new IllegalArgumentException("deadline: %s (expected: > 0)".formatted(deadline));
    }
    if (caller != null && !CALLER.matcher(caller).matches()) {
      throw new IllegalArgumentException(
          "caller: \"%s\" (expected: %s)".formatted(caller, CALLER.pattern()));
    }
  }

  /// Unencrypted, for a service on the same machine or behind a mesh.
  public static ClientOptions plaintext(String target) {
    return of(target, InsecureChannelCredentials.create());
  }

  /// TLS, trusting the authorities that the JVM trusts.
  public static ClientOptions tls(String target) {
    return of(target, TlsChannelCredentials.create());
  }

  /// TLS with authorities or a client certificate of choice, by [TlsChannelCredentials#newBuilder].
  public static ClientOptions of(String target, ChannelCredentials credentials) {
    return new ClientOptions(
        target, credentials, DEADLINE, Retries.DEFAULT, null, Priority.INTERACTIVE);
  }

  public ClientOptions within(Duration deadline) {
    return new ClientOptions(target, credentials, deadline, retries, caller, priority);
  }

  public ClientOptions with(Retries retries) {
    return new ClientOptions(target, credentials, deadline, retries, caller, priority);
  }

  public ClientOptions as(String caller, Priority priority) {
    return new ClientOptions(target, credentials, deadline, retries, caller, priority);
  }
}
