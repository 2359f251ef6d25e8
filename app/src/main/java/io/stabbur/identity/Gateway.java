package io.stabbur.identity;

import io.micronaut.core.annotation.Order;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.stabbur.platform.crypto.Unique;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.http.Errors;
import io.stabbur.platform.http.HostName;
import io.stabbur.platform.http.RequestContext;
import io.stabbur.platform.trace.Traces;
import io.stabbur.project.Project;
import io.stabbur.project.ProjectSettings;
import io.stabbur.project.Projects;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The one way in: request id, project, API key, token. What passes carries a [Caller]; what does
/// not is answered in the words of the API it was meant for.
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
@Order(Ordered.HIGHEST_PRECEDENCE)
final class Gateway {
  private static final String REQUEST_ID = "X-Request-Id";
  private static final long SMALL_BODY = 1024 * 1024;
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._:/+=-]+");
  private final Projects projects;
  private final ApiKeys apiKeys;
  private final KeySets keySets;
  private final GatewaySettings settings;
  private final CallerEnrichers enrichers;
  private final Cors cors;
  private final Errors errors;
  private final AccessLog log;
  private final TrustedIssuers issuers;
  private final RouteTable routes;
  private final ClientAddress addresses;
  private final RequestRates rates;
  private final List<RequestObserver> observers;
  private final Claims anonymous;

  Gateway(
      Projects projects,
      ApiKeys apiKeys,
      KeySets keySets,
      GatewaySettings settings,
      CallerEnrichers enrichers,
      Cors cors,
      Errors errors,
      AccessLog log,
      TrustedIssuers issuers,
      RouteTable routes,
      ClientAddress addresses,
      RequestRates rates,
      List<RequestObserver> observers) {
    this.rates = rates;
    this.observers = List.copyOf(observers);
    this.projects = projects;
    this.apiKeys = apiKeys;
    this.keySets = keySets;
    this.settings = settings;
    this.anonymous = Claims.ofRole(settings.anonRole());
    this.enrichers = enrichers;
    this.cors = cors;
    this.errors = errors;
    this.log = log;
    this.issuers = issuers;
    this.routes = routes;
    this.addresses = addresses;
  }

  /// The caller of a request that has passed the gateway.
  static Caller caller(HttpRequest<?> request) {
    return RequestContext.of(request)
        .get(Caller.class)
        .orElseThrow(
            () -> new ApiException(new Failure.Unauthenticated("No API key found in request")));
  }

  /// Judged here and now, except where an issuer may have to be asked or a project must be opened:
  /// that waits elsewhere.
  @RequestFilter
  @Nullable CompletionStage<Optional<HttpResponse<?>>> admit(HttpRequest<?> request) {
    var _ = RequestContext.of(request);
    Traces.begin(request);
    if (projects.isAsleep(host(request)) || bearer(request).filter(issuers::mayAsk).isPresent()) {
      return CompletableFuture.supplyAsync(
          () -> Optional.ofNullable(enter(request)), Gateway::elsewhere);
    }
    HttpResponse<?> refusal = enter(request);
    return refusal == null ? null : CompletableFuture.completedFuture(Optional.of(refusal));
  }

  /// The rule of the request's route, looked up once.
  private RouteRule route(HttpRequest<?> request) {
    var context = RequestContext.of(request);
    return context
        .get(RouteRule.class)
        .orElseGet(
            () -> {
              var rule = routes.find(request.getMethodName(), request.getPath());
              context.put(RouteRule.class, rule);
              return rule;
            });
  }

  private static void elsewhere(Runnable work) {
    var _ = Thread.ofVirtual().name("issuer").start(work);
  }

  private @Nullable HttpResponse<?> enter(HttpRequest<?> request) {
    var route = route(request);
    if (Cors.isPreflight(request) && route.crossOrigin() == RouteRule.CrossOrigin.GATEWAY) {
      return answerHere(request, cors.preflight(request));
    }
    if (route.access() == RouteRule.Access.PUBLIC) {
      return null;
    }
    try {
      requireBodySize(request, route.body(), settings.bodyLimit());
      var caller = identify(request, route);
      var context = RequestContext.of(request);
      context.put(Caller.class, caller);
      if (route.organization() == RouteRule.Organization.READ
          && !caller.project().settings().sendsOn(request.getPath())) {
        context.put(Caller.class, enrichers.enrich(request, caller));
      }
      return null;
    } catch (ApiException e) {
      return answerHere(request, errors.render(request, e.error()));
    }
  }

  /// An answer given at the gateway passes no response filter, so it is finished here.
  private MutableHttpResponse<?> answerHere(
      HttpRequest<?> request, MutableHttpResponse<?> response) {
    finish(request, response);
    return response;
  }

  @ResponseFilter
  void finish(HttpRequest<?> request, MutableHttpResponse<?> response) {
    var id = request.getHeaders().get(REQUEST_ID);
    boolean usable = id != null && id.length() <= 128 && PLAIN.matcher(id).matches();
    response.getHeaders().set(REQUEST_ID, usable ? id : Unique.text());
    if (route(request).crossOrigin() == RouteRule.CrossOrigin.GATEWAY) {
      cors.expose(request, response);
    }
    var context = RequestContext.of(request);
    var caller = context.get(Caller.class);
    caller.ifPresent(known -> enrichers.answered(request, known));
    long nanos = System.nanoTime() - context.startNanos();
    log.finish(request, response, caller, nanos);
    if (!observers.isEmpty()) {
      var answered = AnsweredRequest.of(request, response, context, nanos);
      Traces.end(request, answered.path(), answered.status(), answered.project());
      observers.forEach(observer -> observer.answered(answered));
    }
  }

  /// By its declared length, before anything is read. A small body must declare one; a buffered
  /// body without one ends at the server's buffer.
  private static void requireBodySize(HttpRequest<?> request, RouteRule.Body body, long most) {
    long limit =
        switch (body) {
          case STREAMED -> Long.MAX_VALUE;
          case BUFFERED -> most;
          case SMALL, COUNTED -> Math.min(SMALL_BODY, most);
        };
    if (request.getContentLength() > limit) {
      throw new ApiException(new Failure.TooLarge(limit));
    }
    if (body == RouteRule.Body.SMALL && limit < most) {
      requireLength(request);
    }
  }

  /// The server's buffer knows nothing of a limit of one project that is smaller: a body that is
  /// not streamed must declare its length there.
  private void requireProjectBodySize(HttpRequest<?> request, RouteRule.Body body, long most) {
    requireBodySize(request, body, most);
    if (body != RouteRule.Body.STREAMED && most < settings.bodyLimit()) {
      requireLength(request);
    }
  }

  private static void requireLength(HttpRequest<?> request) {
    if (request.getHeaders().contains(HttpHeaders.TRANSFER_ENCODING)) {
      throw new ApiException(new Failure.Malformed("The body needs a Content-Length"));
    }
  }

  private Caller identify(HttpRequest<?> request, RouteRule route) {
    var key = apiKey(request);
    var project = project(request, key);
    // a request that is refused from here on is counted for its project
    RequestContext.of(request).put(Project.class, project);
    requireProjectBodySize(
        request,
        route.body(),
        ProjectSettings.least(settings.bodyLimit(), project.settings().bodyLimit()));
    var keyClaims = keyClaims(project, key, route.access());
    // who has no valid key does not use up what the project may ask
    rates.take(project);
    // tokens of a part that a hosted project serves are that project's, which judges them
    var bearer =
        route.tokens() == RouteRule.Tokens.IGNORED || project.settings().sendsOn(request.getPath())
            ? Optional.<String>empty()
            : bearer(request).filter(token -> !token.startsWith("sb_"));
    if (bearer.isPresent() && !bearer.get().equals(key)) {
      var claims = verify(project, bearer.get(), route);
      if (claims.isPresent()) {
        return caller(request, project, claims.get(), true);
      }
    }
    return caller(request, project, keyClaims, false);
  }

  /// The claims of a token; none where the route ignores it, or tolerates that it is invalid.
  private Optional<Claims> verify(Project project, String token, RouteRule route) {
    var policy = route.tokens();
    try {
      Optional<Claims> verified =
          switch (policy) {
            case IGNORED -> Optional.empty();
            case VERIFIED, VERIFIED_IF_VALID -> Optional.of(keySets.verify(project, token));
            case OWN, OWN_IF_VALID -> Optional.of(keySets.verifyOwn(project, token));
          };
      return switch (route.expiry()) {
        case FORGIVING -> verified;
        case EXACT -> verified.map(keySets::requireUnexpired);
      };
    } catch (ApiException e) {
      boolean tolerated =
          policy == RouteRule.Tokens.OWN_IF_VALID || policy == RouteRule.Tokens.VERIFIED_IF_VALID;
      if (e.error() instanceof TokenError && tolerated) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private Caller caller(
      HttpRequest<?> request, Project project, Claims claims, boolean authenticated) {
    var role = claims.role().orElse(settings.anonRole());
    if (role.isEmpty() && claims.role().isEmpty()) {
      throw new ApiException(new Failure.Unauthenticated("Anonymous access is disabled"));
    }
    if (role.equals(Caller.SERVICE_ROLE) && UserAgents.isPersonal(request)) {
      throw new ApiException(
          new Failure.Unauthenticated(
              "A secret API key must not be used in a browser or an app; use the publishable key"));
    }
    return new Caller(
        project,
        role,
        claims,
        authenticated,
        TokenCheck.NONE,
        Shares.network(addresses.of(request)));
  }

  private Project project(HttpRequest<?> request, @Nullable String key) {
    return (Thread.currentThread().isVirtual()
            ? projects.atHost(host(request))
            : projects.byHost(host(request)))
        .or(() -> Optional.ofNullable(key).flatMap(known -> owner(request, known)))
        .orElseThrow(projects::unanswered);
  }

  private Optional<Project> owner(HttpRequest<?> request, String key) {
    return apiKeys.owner(key, Shares.network(addresses.of(request)));
  }

  private Claims keyClaims(Project project, @Nullable String key, RouteRule.Access access) {
    if (key == null) {
      if (access == RouteRule.Access.API_KEY && settings.requireApiKey()) {
        throw new ApiException(new Failure.Unauthenticated("No API key found in request"));
      }
      return anonymous;
    }
    var claims = apiKeys.claims(project, key);
    if (claims.isEmpty() && access == RouteRule.Access.UNCHECKED) {
      return anonymous;
    }
    return claims.orElseThrow(
        () -> new ApiException(new Failure.Unauthenticated("Invalid authentication credentials")));
  }

  /// The `apikey` header or query parameter; an opaque key may also stand as the Bearer token.
  static @Nullable String apiKey(HttpRequest<?> request) {
    var header = request.getHeaders().get("apikey");
    if (header != null && !header.isEmpty()) {
      return header;
    }
    var parameter = hasQuery(request) ? request.getParameters().get("apikey") : null;
    if (parameter != null && !parameter.isEmpty()) {
      return parameter;
    }
    return bearer(request).filter(token -> token.startsWith("sb_")).orElse(null);
  }

  /// Whether parameters must be parsed at all.
  private static boolean hasQuery(HttpRequest<?> request) {
    return !(request instanceof NettyHttpRequest<?> netty)
        || netty.getNativeRequest().uri().indexOf('?') >= 0;
  }

  /// Other schemes than Bearer are ignored, as the data API's contract asks.
  private static Optional<String> bearer(HttpRequest<?> request) {
    var header = request.getHeaders().get(HttpHeaders.AUTHORIZATION);
    if (header != null && header.strip().equalsIgnoreCase("bearer")) {
      return Optional.of("");
    }
    if (header == null || !header.regionMatches(true, 0, "bearer ", 0, 7)) {
      return Optional.empty();
    }
    return Optional.of(header.substring(7).strip());
  }

  private static @Nullable String host(HttpRequest<?> request) {
    var header = request.getHeaders().get(HttpHeaders.HOST);
    return header == null ? null : HostName.of(header);
  }
}
