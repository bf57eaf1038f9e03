package dev.athanor.embedding.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.athanor.client.ClientOptions;
import dev.athanor.client.EmbeddingClient;
import dev.athanor.client.EmbeddingException;
import dev.athanor.client.Retries;
import dev.athanor.embedding.Serving;
import io.grpc.Status;
import io.grpc.TlsChannelCredentials;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsClientIT {
  private static final String PASSWORD = "only-for-this-test";

  @TempDir static Path folder;

  @Test
  void aCertificateIsTrustedOnlyIfItsAuthorityIs() throws Exception {
    var keys = keys();
    var settings =
        Map.of(
            "spring.ssl.bundle.jks.grpc.keystore.location",
            keys.toUri().toString(),
            "spring.ssl.bundle.jks.grpc.keystore.password",
            PASSWORD,
            "spring.grpc.server.ssl.bundle",
            "grpc");
    try (var serving = new Serving(folder, settings)) {
      var target = "127.0.0.1:" + serving.grpcPort();
      var trusting =
          TlsChannelCredentials.newBuilder().trustManager(trust(keys).getTrustManagers()).build();
      try (var client = new EmbeddingClient(ClientOptions.of(target, trusting))) {
        assertThat(client.listModels()).isNotNull();
      }
      for (var options :
          new ClientOptions[] {ClientOptions.tls(target), ClientOptions.plaintext(target)}) {
        try (var client = new EmbeddingClient(options.with(Retries.NONE))) {
          assertThat(catchThrowableOfType(EmbeddingException.class, client::listModels).code())
              .isEqualTo(Status.Code.UNAVAILABLE);
        }
      }
    }
  }

  /// A key with a certificate that nobody else has signed.
  private static Path keys() throws Exception {
    var file = folder.resolve("keys.p12");
    var log = folder.resolve("keytool.log").toFile();
    var keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=embedding",
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .redirectOutput(log)
            .start();
    assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(keytool.exitValue()).as(Files.readString(log.toPath())).isZero();
    return file;
  }

  private static TrustManagerFactory trust(Path keys) throws Exception {
    var store = KeyStore.getInstance(keys.toFile(), PASSWORD.toCharArray());
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory;
  }
}
