package dev.athanor.platform.upload;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.tomcat.TomcatConnectorCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/// Makes a refusal reach the caller who is in the middle of an upload, in every service.
@AutoConfiguration
@Import(RefusalAdvice.class)
public class UploadConfiguration {
  /// A caller that asks first (`Expect: 100-continue`) is told to go on when the service reads the
  /// body, not before. What a refused one has sent all the same is read, because a server that
  /// closes a connection on unread bytes resets it, and the reset can overtake the answer.
  @Bean
  TomcatConnectorCustomizer refusalsReachUploads() {
    return connector -> {
      connector.setProperty("continueResponseTiming", "onRead");
      connector.setProperty("maxSwallowSize", "-1");
    };
  }
}
