package dev.athanor.platform.upload;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.tomcat.TomcatConnectorCustomizer;
import org.springframework.context.annotation.Bean;

/// Makes a refusal reach the caller who is in the middle of an upload, in every service.
@AutoConfiguration
public class UploadConfiguration {
  /// A caller that asks first (`Expect: 100-continue`) is told to go on when the service reads the
  /// body, not before, and so sends nothing to a service that refuses. One that does not ask is
  /// heard out after a refusal: a server that closes the connection on unread bytes resets it, and
  /// the reset can overtake the answer. (The JDK's HTTP client lost one refusal in ten that way.)
  @Bean
  TomcatConnectorCustomizer refusalsReachUploads() {
    return connector -> {
      connector.setProperty("continueResponseTiming", "onRead");
      connector.setProperty("maxSwallowSize", "-1");
    };
  }
}
