package dev.athanor.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Over the transport that the client ships.
class UnreachableTest {
  private static final Retries TWICE = new Retries(2, Duration.ofMillis(1), Duration.ofMillis(1));

  @Test
  void whereNothingListensEveryCallSaysSo() throws IOException {
    try (var client = new EmbeddingClient(ClientOptions.plaintext(nowhere()).with(TWICE))) {
      assertThatExceptionOfType(EmbeddingException.class)
          .isThrownBy(() -> client.embed("any", new byte[] {1}))
          .satisfies(failure -> assertThat(failure.code()).isEqualTo(Status.Code.UNAVAILABLE));
      assertThatExceptionOfType(EmbeddingException.class).isThrownBy(client::listModels);
      try (var answers = client.embedStream("any", Stream.of(List.of(new byte[] {1})))) {
        assertThatExceptionOfType(EmbeddingException.class).isThrownBy(answers::toList);
      }
    }
  }

  @Test
  void aClosedClientTakesNoCalls() throws IOException {
    var client = new EmbeddingClient(ClientOptions.plaintext(nowhere()));
    client.close();
    client.close();

    assertThatThrownBy(() -> client.embed("any", new byte[] {1}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the client is closed");
    assertThatThrownBy(() -> client.embedStream("any", Stream.of()))
        .isInstanceOf(IllegalStateException.class);
  }

  private static String nowhere() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "127.0.0.1:" + socket.getLocalPort();
    }
  }
}
