package io.stabbur.auth.application;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.hook.Hooks;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.session.TokenSettings;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The claims of a program's access token: those of a member of its organisation with its role. The
/// project's own `public.application_token_hook(jsonb)` decides what that means and whether the
/// organisation is one; it is asked in the transaction of the exchange. Without it there are no
/// tokens, since nobody would have looked at the organisation.
@Singleton
final class ApplicationClaims {
  private static final List<String> FIXED =
      List.of("iss", "sub", "aud", "exp", "iat", "role", "application_token");
  private final TokenSettings tokens;
  private final Hooks hooks;

  ApplicationClaims(TokenSettings tokens, Hooks hooks) {
    this.tokens = tokens;
    this.hooks = hooks;
  }

  JsonNode of(Transaction tx, AuthRequest authRequest, ApplicationToken token, Instant expires) {
    var claims = usual(authRequest, token, expires);
    var input = new Fields().put("token", token.described()).put("claims", claims);
    return hooks
        .named(tx, "public", "application_token_hook")
        .ask(authRequest, input)
        .map(answer -> checked(answer.get("claims"), claims))
        .orElseThrow(ApplicationClaims::nobodyDecides);
  }

  private static ApiException nobodyDecides() {
    return AuthError.notFound(
        AuthCode.FEATURE_DISABLED,
        "This project has no function public.application_token_hook(jsonb) that may be asked");
  }

  private JsonNode usual(AuthRequest authRequest, ApplicationToken token, Instant expires) {
    var issuer = tokens.issuer() == null ? authRequest.api() : tokens.issuer();
    var member =
        new Fields().put("id", token.organization().toString()).put("role", token.role()).node();
    return new Fields()
        .maybe("iss", issuer)
        .put("sub", token.id().toString())
        .put("aud", authRequest.audience())
        .put("exp", expires.getEpochSecond())
        .put("iat", authRequest.now().getEpochSecond())
        .put("email", "")
        .put("phone", "")
        .put("app_metadata", new Fields().put("provider", "application").node())
        .put("user_metadata", new Fields().put("name", token.name()).node())
        .put("role", "authenticated")
        .put("aal", "aal1")
        .put("is_anonymous", false)
        .put("application_token", token.id().toString())
        .put("organization_id", token.organization().toString())
        .put("user_role", token.role())
        .put("organizations", JsonNode.createArrayNode(List.of(member)))
        .node();
  }

  /// The hook may add and change, but not make the token another one's or good for longer.
  private static JsonNode checked(@Nullable JsonNode decided, JsonNode before) {
    if (decided == null || !decided.isObject()) {
      throw AuthError.unexpected("The application token hook answered without claims");
    }
    var claims = Fields.of(decided);
    for (var entry : before.entries()) {
      if (FIXED.contains(entry.getKey())) {
        claims.put(entry.getKey(), entry.getValue());
      }
    }
    return claims.node();
  }
}
