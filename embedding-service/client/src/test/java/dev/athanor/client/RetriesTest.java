package dev.athanor.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.rpc.RetryInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetriesTest {
  private static final Retries RETRIES =
      new Retries(6, Duration.ofMillis(100), Duration.ofMillis(1_000));
  private static final EmbeddingException UNREACHABLE =
      EmbeddingException.of(Status.UNAVAILABLE.asRuntimeException());

  /// 100, 200, 400, 800 ms, and then no more than a second.
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void waitsDoubleAndAreSpreadOverTheirUpperHalf(int attempt) {
    long full = Math.min(1_000, 100L << (attempt - 1)) * 1_000_000;
    var random = new Random(attempt);
    long shortest = Long.MAX_VALUE;
    long longest = 0;
    for (int i = 0; i < 1_000; i++) {
      long wait = RETRIES.after(attempt, UNREACHABLE, random).orElseThrow().toNanos();
      shortest = Math.min(shortest, wait);
      longest = Math.max(longest, wait);
    }
    assertThat(shortest).isBetween(full / 2, full / 2 + full / 50);
    assertThat(longest).isBetween(full - full / 50, full);
  }

  @Test
  void thereIsAnEndToAttempts() {
    assertThat(RETRIES.after(6, UNREACHABLE, new Random(1))).isEmpty();
    assertThat(Retries.NONE.after(1, UNREACHABLE, new Random(1))).isEmpty();
  }

  @Test
  void theSameRandomNumbersGiveTheSameWaits() {
    assertThat(RETRIES.after(3, UNREACHABLE, new Random(7)))
        .isEqualTo(RETRIES.after(3, UNREACHABLE, new Random(7)))
        .isNotEqualTo(RETRIES.after(3, UNREACHABLE, new Random(8)));
  }

  @Test
  void whatTheServiceAsksForIsWaitedOnTop() {
    var full = EmbeddingException.of(refusal(RetryInfo.newBuilder()));
    assertThat(full.retryAfter()).contains(Duration.ofSeconds(3, 5));
    assertThat(RETRIES.after(1, full, new Random(1)).orElseThrow())
        .isBetween(Duration.ofSeconds(3, 50_000_005), Duration.ofSeconds(3, 100_000_005));
  }

  @Test
  void gRpcsOwnPushBackIsAHintToo() {
    var trailers = new Metadata();
    trailers.put(
        Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER), "1500");
    var full = EmbeddingException.of(Status.RESOURCE_EXHAUSTED.asRuntimeException(trailers));
    assertThat(full.retryAfter()).contains(Duration.ofMillis(1_500));
  }

  /// gRPC's own word for a message above the limit, which stays above it.
  @Test
  void withoutAHintExhaustedIsFinal() {
    var tooLarge = EmbeddingException.of(Status.RESOURCE_EXHAUSTED.asRuntimeException());
    assertThat(RETRIES.after(1, tooLarge, new Random(1))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.Code.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"UNAVAILABLE", "OK"})
  void otherFailuresAreFinal(Status.Code code) {
    var failure = EmbeddingException.of(code.toStatus().asRuntimeException());
    assertThat(RETRIES.after(1, failure, RandomGenerator.getDefault())).isEmpty();
  }

  @Test
  void numbersThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> new Retries(0, Duration.ofMillis(1), Duration.ofMillis(1)))
        .hasMessage("attempts: 0 (expected: >= 1)");
    assertThatThrownBy(() -> new Retries(2, Duration.ZERO, Duration.ofMillis(1)))
        .hasMessage("first, longest: PT0S, PT0.001S (expected: 0 < first <= longest)");
    assertThatThrownBy(() -> new Batches(0, 1)).hasMessage("size, underWay: 0, 1 (expected: >= 1)");
    assertThatThrownBy(() -> ClientOptions.plaintext(" "))
        .hasMessage("target: blank (expected: host:port)");
    assertThatThrownBy(() -> ClientOptions.plaintext("a:1").as("Ä", Priority.BULK))
        .hasMessageStartingWith("caller: \"Ä\" (expected: ");
    assertThatThrownBy(() -> ClientOptions.plaintext("a:1").within(Duration.ZERO))
        .hasMessage("deadline: PT0S (expected: > 0)");
  }

  private static Throwable refusal(RetryInfo.Builder info) {
    var delay = com.google.protobuf.Duration.newBuilder().setSeconds(3).setNanos(5);
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(Status.Code.RESOURCE_EXHAUSTED.value())
            .addDetails(Any.pack(info.setRetryDelay(delay).build()))
            .build());
  }
}
