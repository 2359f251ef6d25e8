package io.stabbur.operations;

import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.filter.ServerFilterPhase;
import io.stabbur.control.operator.Role;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.http.RequestContext;
import io.stabbur.project.ApiKey;
import io.stabbur.project.ApiKeyStore;
import io.stabbur.project.Projects;

/// Metrics and alerts name projects and show load: they ask for the operator's token, also from
/// this machine, since a proxy on it speaks for everybody. Without a token in the settings the
/// secret key does, where there is one project: a key is worth nothing outside its own. Operators
/// who signed in are let in with their role: auditors read.
@ServerFilter({"/metrics/**", "/alerts/**"})
public final class OperatorOnly implements Ordered {
  private static final String SCHEME = "bearer ";

  private final OperationsSettings settings;
  private final Projects projects;

  OperatorOnly(OperationsSettings settings, Projects projects) {
    this.settings = settings;
    this.projects = projects;
  }

  @Override
  public int getOrder() {
    return ServerFilterPhase.SECURITY.after();
  }

  @RequestFilter
  void check(HttpRequest<?> request) {
    var operator = RequestContext.of(request).get(SignedIn.class);
    if (operator.isPresent()) {
      requireRight(operator.get(), request.getMethod());
    } else if (!isOperator(request)) {
      throw new ApiException(
          new Failure.Unauthenticated(
              "The token of stabbur.operations.token is needed, or the secret key where none is"
                  + " set"));
    }
  }

  private static void requireRight(SignedIn operator, HttpMethod method) {
    var needed = method == HttpMethod.GET ? Role.AUDITOR : Role.OPERATOR;
    if (!operator.rights().contains(needed.text())) {
      throw new ApiException(new Failure.Forbidden("The operator's role does not allow this"));
    }
  }

  /// Whether a request brings the operator's token.
  public boolean isOperator(HttpRequest<?> request) {
    var token = settings.token();
    var shown = shown(request);
    return token == null ? isSecretKey(shown) : Crypto.same(shown, token);
  }

  /// The Bearer token, or the header `apikey`; empty without both.
  private static String shown(HttpRequest<?> request) {
    var header = request.getHeaders().get(HttpHeaders.AUTHORIZATION);
    if (header != null && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return header.substring(SCHEME.length()).strip();
    }
    var key = request.getHeaders().get("apikey");
    return key == null ? "" : key;
  }

  private boolean isSecretKey(String shown) {
    if (!projects.isAlone()) {
      return false;
    }
    var store = ApiKeyStore.of(projects.firstOpen());
    var found = store.now().find(shown).filter(ApiKey::counts).filter(OperatorOnly::isSecret);
    found.ifPresent(store::noteUse);
    return found.isPresent();
  }

  private static boolean isSecret(ApiKey key) {
    return key.kind() == ApiKey.Kind.SECRET || key.kind() == ApiKey.Kind.SERVICE_ROLE;
  }
}
