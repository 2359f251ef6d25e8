package io.stabbur.control.security;

import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.rules.SecuredAnnotationRule;
import io.micronaut.security.rules.SecurityRule;
import io.micronaut.security.rules.SecurityRuleResult;
import io.micronaut.web.router.RouteAttributes;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.http.RequestContext;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/// A change that a cookie lets in must bring the session's token, which no page of others can read:
/// in a header, or to a page of the console in a field of its form, which that room asks for.
@Singleton
final class CsrfRule implements SecurityRule<HttpRequest<?>> {
  static final String HEADER = "X-CSRF-Token";
  private static final String FORMS = "/console/";
  private static final int BEFORE_ROLES = 100;
  private static final Set<HttpMethod> READING =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

  @Override
  public int getOrder() {
    return SecuredAnnotationRule.ORDER - BEFORE_ROLES;
  }

  @Override
  public Publisher<SecurityRuleResult> check(
      @Nullable HttpRequest<?> asked, @Nullable Authentication authentication) {
    var request = Objects.requireNonNull(asked);
    var context = RequestContext.of(request);
    boolean byCookie = context.get(Carrier.class).filter(Carrier.COOKIE::equals).isPresent();
    if (!byCookie
        || READING.contains(request.getMethod())
        || isForEverybody(request)
        || request.getPath().startsWith(FORMS)
        || isMeant(request, context)) {
      return Publishers.just(SecurityRuleResult.UNKNOWN);
    }
    context.put(Refusal.class, Refusal.CSRF);
    return Publishers.just(SecurityRuleResult.REJECTED);
  }

  /// What needs no session is done without it: it does not look at the cookie.
  private static boolean isForEverybody(HttpRequest<?> request) {
    return RouteAttributes.getRouteInfo(request)
        .map(route -> route.getAnnotationMetadata().stringValues(Secured.class))
        .filter(roles -> List.of(roles).contains(SecurityRule.IS_ANONYMOUS))
        .isPresent();
  }

  private static boolean isMeant(HttpRequest<?> request, RequestContext context) {
    var sent = request.getHeaders().get(HEADER);
    return sent != null
        && context
            .get(SignedIn.class)
            .map(SignedIn::session)
            .filter(session -> Crypto.same(session.csrf(), sent))
            .isPresent();
  }
}
