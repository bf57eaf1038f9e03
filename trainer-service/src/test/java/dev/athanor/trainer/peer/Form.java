package dev.athanor.trainer.peer;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;

/// A multipart form in the making.
public final class Form {
  private static final String BOUNDARY = "a-boundary";

  private final ByteArrayOutputStream body = new ByteArrayOutputStream();

  public Form part(String name, String text) {
    return part(name, text.getBytes(StandardCharsets.UTF_8));
  }

  public Form part(String name, byte[] content) {
    body.writeBytes(
        ("--%s\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s.bin\"\r\n\r\n"
                .formatted(BOUNDARY, name, name))
            .getBytes(StandardCharsets.UTF_8));
    body.writeBytes(content);
    body.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
    return this;
  }

  public static String contentType() {
    return "multipart/form-data; boundary=" + BOUNDARY;
  }

  public byte[] bytes() {
    var end = "--%s--\r\n".formatted(BOUNDARY).getBytes(StandardCharsets.UTF_8);
    var whole = new ByteArrayOutputStream();
    whole.writeBytes(body.toByteArray());
    whole.writeBytes(end);
    return whole.toByteArray();
  }

  public HttpRequest.Builder on(HttpRequest.Builder request) {
    return post(request, BodyPublishers.ofByteArray(bytes()));
  }

  /// Without a length, as of a client that does not know it.
  public HttpRequest.Builder chunkedOn(HttpRequest.Builder request) {
    return post(request, BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes())));
  }

  private static HttpRequest.Builder post(HttpRequest.Builder request, BodyPublisher body) {
    return request.header("Content-Type", contentType()).POST(body);
  }
}
