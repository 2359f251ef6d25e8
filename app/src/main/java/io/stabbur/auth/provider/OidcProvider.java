package io.stabbur.auth.provider;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.request.Fields;
import io.stabbur.identity.Claims;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Any provider that speaks OpenID Connect; everything about it comes from its discovery document.
final class OidcProvider implements IdentityProvider {
  private static final Pattern JWS = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+){2}");
  private static final List<String> KEPT =
      List.of(
          "name",
          "family_name",
          "given_name",
          "middle_name",
          "nickname",
          "profile",
          "picture",
          "website",
          "gender",
          "birthdate",
          "zoneinfo",
          "locale",
          "phone");

  /// Without these the userinfo endpoint is asked.
  private static final List<String> MISSED = List.of("email", "email_verified");

  private final ProviderSettings settings;
  private final String issuer;
  private final OidcKeys keys;
  private final ProviderHttp http;

  OidcProvider(ProviderSettings settings, String issuer, OidcKeys keys, ProviderHttp http) {
    this.settings = settings;
    this.issuer = issuer;
    this.keys = keys;
    this.http = http;
  }

  ProviderSettings settings() {
    return settings;
  }

  String issuer() {
    return issuer;
  }

  @Override
  public String authorizationUrl() {
    return keys.discover(issuer).authorization();
  }

  @Override
  public Map<String, String> authorizationParameters(String extraScopes) {
    var scopes = new TreeSet<>(List.of("openid", "email", "profile"));
    if (settings.name().equals("apple")) {
      // wire: Apple knows these two names only, and sends the answer as a form
      scopes = new TreeSet<>(List.of("email", "name"));
    }
    if (settings.scopes() != null) {
      scopes.addAll(settings.scopes());
    }
    scopes.addAll(List.of(extraScopes.strip().split("[ ,]+", -1)));
    scopes.remove("");
    var parameters = new LinkedHashMap<String, String>();
    parameters.put("scope", String.join(" ", scopes));
    if (settings.name().equals("apple")) {
      parameters.put("response_mode", "form_post");
    }
    return parameters;
  }

  @Override
  public ProviderTokens exchange(String code, String redirectUri, String verifier) {
    return http.exchange(keys.discover(issuer).token(), settings, code, redirectUri, verifier);
  }

  @Override
  public Profile profile(ProviderTokens tokens, String nonce) {
    if (tokens.idToken().isEmpty()) {
      throw ProviderHttp.failed();
    }
    var claims = verified(tokens.idToken());
    var stated = claims.text("nonce");
    if (stated.isPresent() && !Crypto.same(stated.get(), nonce)) {
      throw new ApiException(new AuthError.OAuth("invalid nonce", "Nonces mismatch"));
    }
    return profileOf(claims, tokens.accessToken());
  }

  /// What an id token that [#verified] says of its bearer, and the userinfo endpoint where the
  /// token is thin.
  ///
  /// @param accessToken "" where nobody can be asked
  Profile profileOf(Claims claims, String accessToken) {
    boolean thin = MISSED.stream().anyMatch(name -> claims.tree().get(name) == null);
    var told = thin && !accessToken.isEmpty() ? completed(claims, accessToken) : claims;
    return profile(told, keys.discover(issuer).isForManyTenants());
  }

  /// The claims and those that only the userinfo endpoint tells of the same person. It is not asked
  /// in vain: without it a sign-in goes on where the token itself names an address.
  private Claims completed(Claims claims, String accessToken) {
    var endpoint = keys.discover(issuer).userInfo();
    if (endpoint.isEmpty()) {
      return claims;
    }
    JsonNode told;
    try {
      told = http.get(endpoint, accessToken);
    } catch (ApiException e) {
      if (claims.text("email").isPresent()) {
        return claims;
      }
      throw e;
    }
    // OpenID Connect Core 5.3.2: what is told of somebody else must not be used
    if (!told.isObject() || !Json.text(told, "sub").equals(claims.text("sub").orElse(""))) {
      throw oauth("invalid request", "The userinfo endpoint tells of another subject");
    }
    // only a signed token says that a domain was seen proved
    var all = Fields.of(told).remove("xms_edov").merge(claims.tree());
    verification(claims, told, all);
    var node = all.node();
    return new Claims(Json.write(node), node);
  }

  /// An address and whether it is verified are told by one of the two: what is verified there may
  /// be another address.
  private static void verification(Claims claims, JsonNode told, Fields all) {
    var stated = claims.text("email").orElse("");
    var teller = stated.isEmpty() ? told : claims.tree();
    var verified = teller.get("email_verified");
    if (verified == null && stated.equalsIgnoreCase(Json.text(told, "email"))) {
      verified = told.get("email_verified");
    }
    all.remove("email_verified");
    if (verified != null) {
      all.put("email_verified", verified);
    }
  }

  /// An id token of this issuer, made for us.
  Claims verified(String idToken) {
    if (!JWS.matcher(idToken).matches()) {
      // nobody needs to be asked for keys to see that
      throw oauth("invalid request", "Bad ID token");
    }
    var claims = keys.verify(issuer, idToken);
    if (!issuerMatches(claims)) {
      throw oauth("invalid request", "Unacceptable issuer in id_token");
    }
    if (!audienceMatches(claims)) {
      throw oauth("invalid request", "Unacceptable audience in id_token");
    }
    // OpenID Connect Core 2: exp is required; a token without one would be good for ever
    if (claims.number("exp") == null) {
      throw oauth("invalid request", "Missing exp claim in id_token");
    }
    return claims;
  }

  /// Azure's common address issues tokens in the name of each tenant.
  private boolean issuerMatches(Claims claims) {
    var published = keys.discover(issuer).issuer();
    var stated = claims.text("iss").orElse("");
    var tenant = claims.text("tid").orElse("");
    return !stated.isEmpty()
        && (stated.equals(published) || stated.equals(published.replace("{tenantid}", tenant)));
  }

  private boolean audienceMatches(Claims claims) {
    var audience = claims.tree().get("aud");
    if (audience == null) {
      return false;
    }
    if (audience.isString()) {
      return settings.clientIds().contains(audience.getStringValue());
    }
    if (!audience.isArray()) {
      return false;
    }
    for (var one : audience.values()) {
      if (one.isString() && settings.clientIds().contains(one.getStringValue())) {
        return true;
      }
    }
    return false;
  }

  /// @param manyTenants whether anybody can become the administrator who fills in these claims:
  ///   then only the claim by which Azure says that it has seen the domain proved is believed
  static Profile profile(Claims claims, boolean manyTenants) {
    var subject = claims.text("sub").orElse("");
    if (subject.isEmpty()) {
      throw oauth("invalid request", "Missing sub claim in id_token");
    }
    var email = claims.text("email").orElse("").toLowerCase(java.util.Locale.ROOT);
    boolean verified =
        !email.isEmpty()
            && (flag(claims.tree().get("xms_edov"), List.of("true", "1"))
                || (!manyTenants && flag(claims.tree().get("email_verified"), List.of("true"))));
    var fields =
        new Fields()
            .maybe("iss", claims.text("iss").orElse(""))
            .put("sub", subject)
            .put("provider_id", subject)
            .maybe("email", email)
            .put("email_verified", verified)
            .put("phone_verified", false);
    for (var name : KEPT) {
      claims.text(name).ifPresent(value -> fields.put(name, value));
    }
    name(claims, fields);
    return new Profile(subject, email, verified, fields.node());
  }

  private static void name(Claims claims, Fields fields) {
    fullName(claims).ifPresent(name -> fields.put("full_name", name));
    claims.text("picture").ifPresent(url -> fields.put("avatar_url", url));
    claims
        .text("preferred_username")
        .ifPresent(name -> fields.put("preferred_username", name).put("user_name", name));
    claims
        .text("hd")
        .ifPresent(hd -> fields.put("custom_claims", new Fields().put("hd", hd).node()));
  }

  private static Optional<String> fullName(Claims claims) {
    return claims.text("name").filter(name -> !name.isEmpty());
  }

  // wire: Apple writes its booleans as text, Azure its xms_edov as a number or its text
  private static boolean flag(@org.jspecify.annotations.Nullable JsonNode value, List<String> yes) {
    return value != null
        && !value.isNull()
        && !value.isContainerNode()
        && yes.contains(value.coerceStringValue());
  }

  static ApiException oauth(String error, String description) {
    return new ApiException(new AuthError.OAuth(error, description));
  }
}
