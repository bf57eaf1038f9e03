package dev.athanor.embedding.embed;

import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.grpc.server.service.DefaultGrpcServiceConfigurer;
import org.springframework.grpc.server.service.GrpcServiceConfigurer;

@Configuration(proxyBeanMethods = false)
class GrpcConfiguration {
  /// Around all other interceptors, because those too come after the reading of a message.
  @Bean
  GrpcServiceConfigurer readableServices(ApplicationContext context) {
    var usual = new DefaultGrpcServiceConfigurer(context);
    usual.afterPropertiesSet();
    return (service, factory) -> UnreadableMessages.refusedBy(usual.configure(service, factory));
  }
}
