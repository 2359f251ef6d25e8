package io.stabbur.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.ApplicationContext;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.web.router.DefaultRouter;
import io.micronaut.web.router.RouteAttributes;
import io.micronaut.web.router.RouteBuilder;
import io.micronaut.web.router.Router;
import io.micronaut.web.router.UriRouteInfo;
import io.micronaut.web.router.UriRouteMatch;
import io.stabbur.testing.TestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Routes and filters are those that the framework's own router finds.
class IndexedRouterTest {
  private final ApplicationContext context = TestServer.shared().bean(ApplicationContext.class);
  private final Router indexed = context.getBean(Router.class);
  private final Router plain =
      new DefaultRouter(List.copyOf(context.getBeansOfType(RouteBuilder.class)));

  @Test
  void eachPathHasTheSameRouteAndFilters() {
    assertThat(indexed).isInstanceOf(IndexedRouter.class);
    var paths = paths();
    assertThat(paths.size()).isGreaterThan(500);
    for (var path : paths) {
      for (var method : HttpMethod.values()) {
        var request = HttpRequest.create(method, path);
        var found = indexed.<Object, Object>findClosest(request);
        assertThat(described(found))
            .as(method + " " + path)
            .isEqualTo(described(plain.findClosest(request)));
        if (found != null) {
          RouteAttributes.setRouteMatch(request, found);
        }
        // once more from what is kept
        for (int i = 0; i < 2; i++) {
          assertThat(indexed.findFilters(request))
              .as(method + " " + path)
              .isEqualTo(plain.findFilters(request));
        }
      }
    }
  }

  private static Optional<String> described(@Nullable UriRouteMatch<?, ?> match) {
    return Optional.ofNullable(match)
        .map(found -> found.getRouteInfo().getTargetMethod() + " " + found.getVariableValues());
  }

  /// Paths of all routes, and ones that are nearly theirs.
  private List<String> paths() {
    var paths = new ArrayList<String>();
    indexed
        .uriRoutes()
        .map(UriRouteInfo::getUriMatchTemplate)
        .map(template -> template.toPathString().replaceAll("\\{[^}]*\\}", "x1"))
        .distinct()
        .forEach(
            path -> {
              paths.add(path);
              paths.add(path + "/");
              paths.add(path + "/more");
              paths.add(path.toUpperCase(Locale.ROOT));
              paths.add("/" + path);
              paths.add(path.replaceFirst("/([^/]*)$", "//$1"));
            });
    paths.addAll(
        List.of("/", "/functions/v1/", "/rest/v1/a%2Fb", "/console/x/..%2F", "/admin%2Fx/y/z"));
    return paths;
  }
}
