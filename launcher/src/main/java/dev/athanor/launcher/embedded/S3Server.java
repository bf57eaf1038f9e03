package dev.athanor.launcher.embedded;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/// An S3 server in this JVM; objects are files below a folder.
public final class S3Server implements AutoCloseable {
  public static final String ACCESS_KEY = "athanor";
  public static final String SECRET_KEY = "athanor-secret";

  private final S3Proxy server;

  private S3Server(S3Proxy server) {
    this.server = server;
  }

  /// Starts the server over `folder`; listens on loopback only.
  public static S3Server start(Path folder, int port) {
    try {
      Files.createDirectories(folder);
      var server =
          S3Proxy.builder()
              .blobStore(new FilesystemNio2BlobStore(folder.toAbsolutePath().toString()))
              .endpoint(URI.create("http://127.0.0.1:" + port))
              .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, ACCESS_KEY, SECRET_KEY)
              .build();
      server.start();
      return new S3Server(server);
    } catch (Exception failure) {
      throw new IllegalStateException(
          "the S3 server over %s did not start".formatted(folder), failure);
    }
  }

  public String endpoint() {
    return "http://127.0.0.1:" + server.getPort();
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception failure) {
      throw new IllegalStateException("the S3 server did not stop", failure);
    }
  }
}
