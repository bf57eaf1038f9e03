package dev.athanor.gateway.status;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The answer of `GET /v1/status`.
///
/// @param state `UP` when every service is, `DEGRADED` otherwise
record PlatformStatus(String state, Instant at, List<Service> services) {
  PlatformStatus(Instant at, List<Service> services) {
    this(services.stream().allMatch(Service::up) ? "UP" : "DEGRADED", at, services);
  }

  /// One service.
  ///
  /// @param state as its own health report says, `UNREACHABLE` when there is none
  /// @param latencyMillis how long its health report took
  /// @param reason why there is no report
  record Service(
      String name, String state, @Nullable Double latencyMillis, @Nullable String reason) {
    boolean up() {
      return state.equals("UP");
    }
  }
}
