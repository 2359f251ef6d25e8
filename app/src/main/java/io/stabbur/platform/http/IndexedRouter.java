package io.stabbur.platform.http;

import io.micronaut.context.annotation.Replaces;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.FilterMatcher;
import io.micronaut.http.filter.GenericHttpFilter;
import io.micronaut.web.router.DefaultRouter;
import io.micronaut.web.router.FilterRoute;
import io.micronaut.web.router.RouteBuilder;
import io.micronaut.web.router.UriRouteInfo;
import io.micronaut.web.router.UriRouteMatch;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Finds the route and the filters of a request by the first two segments of its path. The
/// framework's own router compares each request with each route and each filter, of which there are
/// hundreds. Whatever is not plain, such as a path that several routes match, is left to it, so the
/// answers are the same.
@Singleton
@Replaces(DefaultRouter.class)
final class IndexedRouter extends DefaultRouter {
  private final RouteIndex routes;
  private final boolean filtersAreIndexed;
  private final Map<Prefixed, List<GenericHttpFilter>> filters = new ConcurrentHashMap<>();
  private volatile @Nullable Set<Integer> ports;

  private record Prefixed(HttpMethod method, String prefix) {}

  IndexedRouter(Collection<RouteBuilder> builders) {
    super(builders);
    // each is told twice
    Set<UriRouteInfo<?, ?>> each = Collections.newSetFromMap(new IdentityHashMap<>());
    uriRoutes().forEach(each::add);
    routes = RouteIndex.of(each);
    filtersAreIndexed =
        builders.stream()
            .flatMap(builder -> builder.getFilterRoutes().stream())
            .allMatch(IndexedRouter::isByPrefix);
  }

  /// Whether the first two segments of a path and the method tell if the filter is for a request.
  private static boolean isByPrefix(FilterRoute filter) {
    return !filter.getAnnotationMetadata().hasStereotype(FilterMatcher.NAME)
        && Arrays.stream(filter.getPatterns())
            .allMatch(pattern -> pattern.matches("/\\*\\*|(/[a-z0-9]+){1,2}/\\*\\*"));
  }

  @Override
  public void applyDefaultPorts(List<Integer> defaults) {
    super.applyDefaultPorts(defaults);
    ports = Set.copyOf(defaults);
  }

  @Override
  public <T, R> @Nullable UriRouteMatch<T, R> findClosest(HttpRequest<?> request) {
    var path = request.getPath();
    UriRouteMatch<T, R> only = null;
    for (var route : routes.candidates(request.getMethodName(), path)) {
      @SuppressWarnings("unchecked") // as the framework does: nobody asks for another type
      var match = (UriRouteMatch<T, R>) route.tryMatch(path);
      if (match != null && (only != null || !takesAll(route, request))) {
        return super.findClosest(request);
      }
      only = match == null ? only : match;
    }
    return only == null ? super.findClosest(request) : only;
  }

  /// Whether nothing but its path decides that the route is for a request.
  private boolean takesAll(UriRouteInfo<?, ?> route, HttpRequest<?> request) {
    var usual = ports;
    return (!request.getMethod().permitsRequestBody()
            || (route.isPermitsRequestBody() && route.consumesAll()))
        && route.producesAll()
        && route.getPort() == null
        && (usual == null || usual.contains(request.getServerAddress().getPort()))
        && route.matching(request);
  }

  /// Called once the route is known.
  @Override
  public List<GenericHttpFilter> findFilters(HttpRequest<?> request) {
    var prefix = filtersAreIndexed ? RouteIndex.prefix(request.getPath()) : null;
    if (prefix == null) {
      return super.findFilters(request);
    }
    var key = new Prefixed(request.getMethod(), prefix);
    var known = filters.get(key);
    if (known != null) {
      return known;
    }
    var found = super.findFilters(request);
    // prefixes that no route has are not kept: strangers write as many as they like
    if (routes.knows(prefix)) {
      filters.put(key, found);
    }
    return found;
  }
}
