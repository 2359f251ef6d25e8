package io.stabbur.auth.oauth;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.request.ApiAddress;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.session.Issuer;
import io.stabbur.auth.session.Minter;
import io.stabbur.auth.session.Replies;
import io.stabbur.identity.Caller;
import io.stabbur.project.Project;
import java.util.ArrayList;
import java.util.List;

/// Where clients find everything else: OpenID Connect Discovery and RFC 8414, which puts the
/// issuer's path behind its own.
@Controller
final class DiscoveryController {
  private static final List<String> CLAIMS =
      List.of(
          "sub",
          "aud",
          "iss",
          "exp",
          "iat",
          "auth_time",
          "nonce",
          "email",
          "email_verified",
          "phone_number",
          "phone_number_verified",
          "name",
          "picture",
          "preferred_username",
          "updated_at");
  private final OAuthServer server;
  private final ApiAddress api;
  private final Issuer issuer;
  private final Minter minter;

  DiscoveryController(OAuthServer server, ApiAddress api, Issuer issuer, Minter minter) {
    this.server = server;
    this.api = api;
    this.issuer = issuer;
    this.minter = minter;
  }

  @Get(
      uris = {
        "/auth/v1/.well-known/openid-configuration",
        "/.well-known/openid-configuration/auth/v1"
      })
  HttpResponse<?> openid(Caller caller) {
    return described(caller.project());
  }

  @Get(
      uris = {
        "/auth/v1/.well-known/oauth-authorization-server",
        "/.well-known/oauth-authorization-server/auth/v1"
      })
  HttpResponse<?> oauth(Caller caller) {
    server.requireEnabled();
    return described(caller.project());
  }

  private HttpResponse<?> described(Project project) {
    return Replies.json(document(project)).header("Cache-Control", "public, max-age=600");
  }

  private JsonNode document(Project project) {
    var base = api.of(project);
    var algorithm = minter.algorithm(project);
    boolean openid = !algorithm.equals("HS256");
    var scopes = new ArrayList<>(Scopes.SUPPORTED);
    if (!openid) {
      scopes.remove(Scopes.OPENID);
    }
    var fields =
        new Fields()
            .put("issuer", issuer.name(project))
            .put("authorization_endpoint", base + "/oauth/authorize")
            .put("token_endpoint", base + "/oauth/token")
            .put("jwks_uri", base + "/.well-known/jwks.json")
            .put("userinfo_endpoint", base + "/oauth/userinfo");
    var settings = server.settings();
    if (settings.enabled()) {
      fields.put("revocation_endpoint", base + "/oauth/revoke");
    }
    if (settings.enabled() && settings.dynamicRegistration()) {
      fields.put("registration_endpoint", base + "/oauth/clients/register");
    }
    if (settings.enabled() && settings.deviceGrant()) {
      fields.put("device_authorization_endpoint", base + "/oauth/device_authorization");
    }
    return fields
        .put("scopes_supported", scopes)
        .put("response_types_supported", List.of("code"))
        .put("response_modes_supported", List.of("query"))
        .put("grant_types_supported", grantTypes())
        .put("subject_types_supported", List.of("public"))
        .put("id_token_signing_alg_values_supported", List.of(openid ? algorithm : "RS256"))
        .put(
            "token_endpoint_auth_methods_supported",
            List.of("client_secret_basic", "client_secret_post", "none"))
        .put("claims_supported", CLAIMS)
        .put("code_challenge_methods_supported", List.of("S256"))
        .node();
  }

  private List<String> grantTypes() {
    var types =
        new ArrayList<>(
            List.of(GrantType.AUTHORIZATION_CODE.wire(), GrantType.REFRESH_TOKEN.wire()));
    if (server.settings().deviceGrant()) {
      types.add(GrantType.DEVICE_CODE.wire());
    }
    return types;
  }
}
