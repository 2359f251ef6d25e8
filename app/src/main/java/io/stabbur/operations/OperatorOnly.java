package io.stabbur.operations;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.project.ApiKey;
import io.stabbur.project.ApiKeyStore;
import io.stabbur.project.Projects;

/// Metrics and alerts name projects and show load: they ask for the operator's token, also from
/// this machine, since a proxy on it speaks for everybody. Without a token in the settings the
/// secret key does, where there is one project: a key is worth nothing outside its own.
@ServerFilter({"/metrics/**", "/alerts/**"})
final class OperatorOnly {
  private static final String SCHEME = "bearer ";

  private final OperationsSettings settings;
  private final Projects projects;

  OperatorOnly(OperationsSettings settings, Projects projects) {
    this.settings = settings;
    this.projects = projects;
  }

  @RequestFilter
  void check(HttpRequest<?> request) {
    var token = settings.token();
    var shown = shown(request);
    if (token == null ? !isSecretKey(shown) : !Crypto.same(shown, token)) {
      throw new ApiException(
          new Failure.Unauthenticated(
              "The token of stabbur.operations.token is needed, or the secret key where none is"
                  + " set"));
    }
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
    var all = projects.all();
    return all.size() == 1
        && ApiKeyStore.of(all.getFirst())
            .now()
            .find(shown)
            .filter(key -> !key.isRevoked())
            .map(ApiKey::kind)
            .filter(kind -> kind == ApiKey.Kind.SECRET || kind == ApiKey.Kind.SERVICE_ROLE)
            .isPresent();
  }
}
