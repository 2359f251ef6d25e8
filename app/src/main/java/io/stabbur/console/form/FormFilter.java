package io.stabbur.console.form;

import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.cookie.Cookie;
import io.micronaut.http.filter.ServerFilterPhase;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.console.page.FormExpired;
import io.stabbur.console.page.FormToken;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.http.BodyBytes;
import io.stabbur.platform.http.RequestContext;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads every form that is sent to a page, and refuses one that does not bring the token of the
/// session, or before the sign-in that of the cookie. What has the character zero in it is refused.
@ServerFilter("/console/**")
final class FormFilter implements Ordered {
  private static final int LARGEST = 64 * 1024;
  private static final Set<HttpMethod> READING =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

  @Override
  public int getOrder() {
    return ServerFilterPhase.SECURITY.after() + 1;
  }

  @RequestFilter
  @ExecuteOn(TaskExecutors.BLOCKING)
  void read(HttpRequest<?> request) {
    requireText(request);
    if (READING.contains(request.getMethod())) {
      return;
    }
    if (!request
        .getContentType()
        .filter(
            type ->
                type.matchesType("application")
                    && type.getSubtype().equals("x-www-form-urlencoded"))
        .isPresent()) {
      throw new ApiException(new Failure.UnsupportedMedia("a form is needed"));
    }
    var body = new String(BodyBytes.read(request, LARGEST), StandardCharsets.UTF_8);
    var form = ConsoleForm.parse(body);
    if (!isMeant(request, form.raw("csrf"))) {
      throw new ApiException(new FormExpired());
    }
    RequestContext.of(request).put(ConsoleForm.class, form);
  }

  /// Postgres keeps no text with the character zero in it.
  private static void requireText(HttpRequest<?> request) {
    if (request.getUri().toString().contains("%00")) {
      throw new ApiException(new Failure.Malformed("The address cannot be read"));
    }
  }

  private static boolean isMeant(HttpRequest<?> request, String sent) {
    var expected = expected(request);
    return expected != null && !sent.isEmpty() && Crypto.same(expected, sent);
  }

  private static @Nullable String expected(HttpRequest<?> request) {
    var operator = RequestContext.of(request).get(SignedIn.class);
    if (operator.isPresent()) {
      var session = operator.get().session();
      return session == null ? null : session.csrf();
    }
    return request.getCookies().findCookie(FormToken.COOKIE).map(Cookie::getValue).orElse(null);
  }
}
