package dev.athanor.gateway.route;

import static org.springframework.cloud.gateway.server.mvc.filter.BeforeFilterFunctions.uri;
import static org.springframework.cloud.gateway.server.mvc.handler.GatewayRouterFunctions.route;
import static org.springframework.cloud.gateway.server.mvc.handler.HandlerFunctions.http;

import dev.athanor.gateway.upstream.UpstreamProperties;
import org.springframework.boot.tomcat.TomcatConnectorCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.server.PathContainer;
import org.springframework.web.servlet.function.RequestPredicate;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/// Binds the table of routes to the services' addresses.
@Configuration(proxyBeanMethods = false)
class RouteConfiguration {
  @Bean
  RouterFunction<ServerResponse> routes(UpstreamProperties properties) {
    return Route.ALL.stream()
        .map(route -> bind(route, properties))
        .reduce(RouterFunction::and)
        .orElseThrow();
  }

  /// Bodies are the services' business. By default Tomcat parses the body of a POST that calls
  /// itself a form, which is what `curl --data-binary @image.png` does.
  @Bean
  TomcatConnectorCustomizer bodiesUntouched() {
    return connector -> connector.setParseBodyMethods("");
  }

  private static RouterFunction<ServerResponse> bind(Route route, UpstreamProperties properties) {
    var any =
        route.paths().stream()
            .map(RequestPredicates::path)
            .reduce(RequestPredicate::or)
            .orElseThrow()
            .and(RouteConfiguration::isDirect);
    return route(route.upstream().service())
        .route(any, http())
        .before(uri(properties.address(route.upstream())))
        .before(request -> mark(request, route))
        .build();
  }

  /// A path with dot segments may lead out of the route at a service that resolves them.
  private static boolean isDirect(ServerRequest request) {
    return request.requestPath().elements().stream()
        .filter(PathContainer.PathSegment.class::isInstance)
        .map(segment -> ((PathContainer.PathSegment) segment).valueToMatch())
        .noneMatch(name -> name.equals(".") || name.equals(".."));
  }

  private static ServerRequest mark(ServerRequest request, Route route) {
    request.attributes().put(StreamingExchange.ROUTE, route);
    return request;
  }
}
