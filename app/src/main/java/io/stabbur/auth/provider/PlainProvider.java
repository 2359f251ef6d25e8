package io.stabbur.auth.provider;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.request.Fields;
import io.stabbur.platform.json.Json;
import java.util.Map;
import java.util.Optional;

/// Providers without OpenID Connect: GitHub and Facebook, each with its own way to say who somebody
/// is.
final class PlainProvider implements IdentityProvider {
  private final ProviderSettings settings;
  private final Kind kind;
  private final ProviderHttp http;

  /// The two we know.
  enum Kind {
    GITHUB(
        "https://github.com/login/oauth/authorize",
        "https://github.com/login/oauth/access_token",
        "https://api.github.com/user",
        "user:email"),
    FACEBOOK(
        "https://www.facebook.com/v19.0/dialog/oauth",
        "https://graph.facebook.com/v19.0/oauth/access_token",
        "https://graph.facebook.com/v19.0/me?fields=id,email,first_name,last_name,name,picture",
        "email");

    final String authorize;
    final String token;
    final String user;
    final String scope;

    Kind(String authorize, String token, String user, String scope) {
      this.authorize = authorize;
      this.token = token;
      this.user = user;
      this.scope = scope;
    }
  }

  PlainProvider(ProviderSettings settings, Kind kind, ProviderHttp http) {
    this.settings = settings;
    this.kind = kind;
    this.http = http;
  }

  @Override
  public String authorizationUrl() {
    return at(kind.authorize);
  }

  @Override
  public Map<String, String> authorizationParameters(String extraScopes) {
    var own = settings.scopes() == null ? "" : " " + String.join(" ", settings.scopes());
    return Map.of("scope", (kind.scope + own + " " + extraScopes.replace(',', ' ')).strip());
  }

  @Override
  public ProviderTokens exchange(String code, String redirectUri, String verifier) {
    var given = http.exchange(at(kind.token), settings, code, redirectUri, verifier);
    if (given.accessToken().isEmpty()) {
      throw ProviderHttp.failed();
    }
    return new ProviderTokens(given.accessToken(), given.refreshToken(), "");
  }

  @Override
  public Profile profile(ProviderTokens tokens, String nonce) {
    var user = http.get(at(kind.user), tokens.accessToken());
    return switch (kind) {
      case GITHUB -> gitHub(user, http.get(at(kind.user) + "/emails", tokens.accessToken()));
      case FACEBOOK -> facebook(user);
    };
  }

  private static Profile gitHub(JsonNode user, JsonNode emails) {
    var email = "";
    boolean verified = false;
    for (var entry : emails.values()) {
      var primary = entry.get("primary");
      if (primary != null && primary.isBoolean() && primary.getBooleanValue()) {
        var flag = entry.get("verified");
        email = Json.text(entry, "email");
        verified = flag != null && flag.isBoolean() && flag.getBooleanValue();
      }
    }
    var login = Json.text(user, "login");
    return profile(
        user, email, verified, Json.text(user, "name"), Json.text(user, "avatar_url"), login);
  }

  // wire: Facebook hands out an address only after it was confirmed there
  private static Profile facebook(JsonNode user) {
    var picture = user.get("picture");
    var inner = picture == null ? null : picture.get("data");
    var url = inner == null ? "" : Json.text(inner, "url");
    return profile(user, Json.text(user, "email"), true, Json.text(user, "name"), url, "");
  }

  private static Profile profile(
      JsonNode user, String given, boolean verified, String name, String picture, String login) {
    var id = user.get("id");
    var subject = Optional.ofNullable(id).flatMap(Json::scalar).orElseThrow(ProviderHttp::failed);
    var email = given.toLowerCase(java.util.Locale.ROOT);
    var claims =
        new Fields()
            .put("sub", subject)
            .put("provider_id", subject)
            .maybe("email", email)
            .put("email_verified", verified && !email.isEmpty())
            .put("phone_verified", false)
            .maybe("name", name)
            .maybe("full_name", name)
            .maybe("picture", picture)
            .maybe("avatar_url", picture)
            .maybe("user_name", login)
            .maybe("preferred_username", login);
    return new Profile(subject, email, verified && !email.isEmpty(), claims.node());
  }

  /// An operator's own installation answers under the same paths at its own address.
  private String at(String address) {
    if (settings.url() == null) {
      return address;
    }
    var usual = java.net.URI.create(address);
    var query = usual.getRawQuery() == null ? "" : "?" + usual.getRawQuery();
    return settings.url().toString().replaceAll("/+$", "") + usual.getRawPath() + query;
  }
}
