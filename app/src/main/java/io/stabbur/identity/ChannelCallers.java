package io.stabbur.identity;

import io.micronaut.http.HttpRequest;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.util.Objects;

/// The callers of channels: a socket is opened with an API key as any request, and each channel on
/// it may show a token of a user later. What is asked about the bearer of a token elsewhere is
/// asked about a channel's, too.
@Singleton
public final class ChannelCallers {
  private final KeySets keySets;
  private final ApiKeys apiKeys;
  private final TokenChecks checks;

  ChannelCallers(KeySets keySets, ApiKeys apiKeys, TokenChecks checks) {
    this.keySets = keySets;
    this.apiKeys = apiKeys;
    this.checks = checks;
  }

  /// Who bears the token. An issuer may be asked, so this is not for an event loop.
  ///
  /// @param opened the caller that the socket was opened by, whose network counts
  /// @throws io.stabbur.platform.error.ApiException with a [TokenError]
  public Caller of(Caller opened, String token) {
    var project = opened.project();
    var claims = keySets.verify(project, token);
    var role = claims.role().orElse("");
    return checks.apply(
        new Caller(project, role, claims, true, TokenCheck.NONE, opened.share().caller()));
  }

  /// The caller whose account, session and memberships are looked at in any case, for one whose
  /// token was verified long ago. Callers without an account have nothing to look at.
  public Caller closely(Caller caller) {
    return caller.check().when() == TokenCheck.When.NEVER
        ? caller
        : caller.checkedBy(caller.check().always());
  }

  /// The key that a socket is opened with; empty where none is needed and none is shown.
  public String key(HttpRequest<?> request) {
    return Objects.requireNonNullElse(Gateway.apiKey(request), "");
  }

  /// Whether a key still opens sockets of the project: it was not revoked and has not expired. A
  /// socket that needed none goes on.
  public boolean isKey(Project project, String key) {
    return key.isEmpty() || apiKeys.claims(project, key).isPresent();
  }

  /// The claims of a token that nobody has verified, to say what is wrong with it.
  ///
  /// @throws io.stabbur.platform.error.ApiException with a [TokenError]
  public Claims unverified(String token) {
    return TokenVerifier.unverified(token);
  }
}
