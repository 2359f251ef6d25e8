package io.stabbur.auth;

import static io.stabbur.auth.AuthClient.newEmail;

import io.stabbur.testing.AtExit;
import io.stabbur.testing.OddValues;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Odd values in every body, header and parameter of `/auth/v1` are the client's fault.
class OddAuthValuesTest {
  private static final AuthServer HERE =
      AtExit.close(
          new AuthServer(
              Map.of(
                  "stabbur.auth.email-autoconfirm", true,
                  "stabbur.auth.saml.enabled", true,
                  "stabbur.auth.oauth-server.dynamic-registration", true,
                  "stabbur.auth.oauth-server.device-grant", true,
                  "stabbur.auth.limits.token", 0,
                  "stabbur.auth.limits.verify", 0,
                  "stabbur.auth.limits.otp", 0,
                  "stabbur.auth.limits.oauth-registration", 0,
                  "stabbur.auth.factors.webauthn", true)));
  private static final String NOBODY = "00000000-0000-0000-0000-000000000000";

  private final String email = newEmail();
  private final AuthClient.Answer person = HERE.client.signUp(email);
  private final String id = person.at("user.id").getStringValue();
  private final OddValues anybody = odd(HERE.server.project().keys().anonKey().reveal());
  private final OddValues user = odd(person.text("access_token"));
  private final OddValues admin = odd(HERE.server.project().keys().serviceRoleKey().reveal());

  private static OddValues odd(String token) {
    return new OddValues(
        HERE.server.url() + "/auth/v1",
        Map.of(
            "apikey",
            HERE.server.project().keys().anonKey().reveal(),
            "Authorization",
            "Bearer " + token));
  }

  @Test
  void inBodiesOfAnybody() {
    var known = "\"email\": \"" + email + '"';
    var challenge = new String[] {"code_challenge", "code_challenge_method"};
    anybody
        .fields("POST", "/signup", "", "email", "phone", "password", "data", "channel")
        .fields("POST", "/signup", known, challenge)
        .fields("POST", "/token?grant_type=password", known, "phone", "password")
        .fields("POST", "/token?grant_type=password", known, "gotrue_meta_security")
        .fields("POST", "/token?grant_type=refresh_token", "", "refresh_token")
        .fields("POST", "/token?grant_type=pkce", "", "auth_code", "code_verifier")
        .fields("POST", "/token?grant_type=id_token", "\"provider\": \"google\"", "id_token")
        .fields(
            "POST", "/token?grant_type=id_token", "\"id_token\": \"a.b.c\"", "provider", "nonce")
        .fields("POST", "/token?grant_type=web3", "", "chain", "message", "signature")
        .fields("POST", "/otp", "", "email", "phone", "create_user", "data", "channel")
        .fields("POST", "/otp", known, challenge)
        .fields("POST", "/magiclink", "", "email", "data")
        .fields("POST", "/recover", known, challenge)
        .fields("POST", "/resend", "", "type", "email", "phone")
        .fields("POST", "/verify", "\"type\": \"signup\"", "token", "token_hash", "email", "phone")
        .fields("POST", "/verify", "\"token_hash\": \"x\"", "type")
        .fields("POST", "/sso", "", "provider_id", "domain", "redirect_to", "skip_http_redirect")
        .fields("POST", "/oauth/clients/register", "", "client_name", "redirect_uris", "scope")
        .fields(
            "POST",
            "/oauth/clients/register",
            "\"redirect_uris\": [\"https://a.example/cb\"]",
            "grant_types",
            "response_types",
            "client_uri",
            "logo_uri",
            "token_endpoint_auth_method")
        .fields("POST", "/passkeys/authentication/options", "", "x")
        .fields("POST", "/passkeys/authentication/verify", "", "challenge_id", "credential")
        .requireNoFaultIn(1000);
  }

  @Test
  void inForms() {
    var forms =
        List.of(
            "a=%",
            "&&&",
            "=",
            "grant_type=",
            "grant_type=%ff",
            "grant_type=authorization_code&grant_type=b",
            "grant_type=authorization_code&code=%00&client_id=" + NOBODY,
            "grant_type=refresh_token&refresh_token=%00",
            "grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code=%00",
            "token=%00",
            "SAMLResponse=%00&RelayState=%00",
            "SAMLResponse=PGE+&RelayState=" + NOBODY,
            "state=%00&code=%00");
    for (var path :
        List.of(
            "/oauth/token",
            "/oauth/revoke",
            "/oauth/device_authorization",
            "/sso/saml/acs",
            "/callback",
            "/token?grant_type=password")) {
      anybody.bodies("POST", path, "application/x-www-form-urlencoded", forms);
    }
    anybody.requireNoFaultIn(70);
  }

  @Test
  void inBodiesOfPeople() {
    var factor =
        HERE.client
            .as(person.text("access_token"))
            .post("/factors", "{\"factor_type\": \"totp\"}")
            .text("id");
    user.fields("PUT", "/user", "", "email", "phone", "password", "nonce", "data", "channel")
        .fields("PUT", "/user", "", "app_metadata", "code_challenge", "current_password")
        .fields("POST", "/factors", "", "factor_type", "friendly_name", "issuer", "phone")
        .fields("POST", "/factors/" + factor + "/challenge", "", "channel", "webauthn")
        .fields("POST", "/factors/" + factor + "/verify", "", "challenge_id", "code", "webauthn")
        .fields("POST", "/oauth/authorizations/x/consent", "", "action")
        .fields("POST", "/passkeys/registration/options", "", "x")
        .fields("POST", "/passkeys/registration/verify", "", "challenge_id", "credential")
        .fields("PATCH", "/passkeys/x", "", "friendly_name")
        .fields("POST", "/logout?scope=odd", "", "x")
        .requireNoFaultIn(400);
  }

  @Test
  void inBodiesOfAdministrators() {
    var metadata = new String[] {"metadata_url", "metadata_xml", "domains", "attribute_mapping"};
    var account =
        new String[] {
          "id",
          "email",
          "phone",
          "password",
          "password_hash",
          "email_confirm",
          "user_metadata",
          "app_metadata",
          "ban_duration",
          "role",
          "aud"
        };
    admin
        .fields("POST", "/admin/users", "", account)
        .fields("PUT", "/admin/users/" + id, "", account)
        .fields("DELETE", "/admin/users/" + NOBODY, "", "should_soft_delete")
        .fields("POST", "/invite", "", "email", "data")
        .fields("POST", "/admin/generate_link", "\"type\": \"signup\"", "email", "password", "data")
        .fields("POST", "/admin/generate_link", "\"email\": \"" + email + '"', "type", "new_email")
        .fields("PUT", "/admin/users/" + id + "/factors/" + NOBODY, "", "friendly_name", "phone")
        .fields("POST", "/admin/sso/providers", "\"type\": \"saml\"", metadata)
        .fields("PUT", "/admin/sso/providers/" + NOBODY, "", metadata)
        .fields("POST", "/admin/oauth/clients", "", "client_name", "redirect_uris", "client_type")
        .fields("POST", "/admin/api-keys", "", "name", "type", "role")
        .fields("POST", "/admin/api-keys/rotate", "", "kind", "keep")
        .fields("POST", "/admin/application-tokens", "", "name", "organization", "role")
        .fields("POST", "/admin/signing-keys/import", "", "keys")
        .fields("POST", "/admin/mail/test", "", "email")
        .requireNoFaultIn(700);
  }

  @Test
  void inHeaders() {
    var names =
        List.of(
            "X-Supabase-Api-Version",
            "redirect_to",
            "Referer",
            "Accept-Language",
            "X-JWT-AUD",
            "X-Forwarded-For",
            "X-Forwarded-Host",
            "Authorization",
            "apikey",
            "Content-Type",
            "Accept");
    var wrong = "{\"email\": \"" + email + "\", \"password\": \"no\"}";
    user.headers("POST", "/token?grant_type=password", wrong, Map.of(), names)
        .headers("GET", "/user", "", Map.of(), names)
        .headers("GET", "/verify?type=signup&token=x", "", Map.of(), names)
        .headers("POST", "/recover", "{\"email\": \"nobody@example.org\"}", Map.of(), names)
        .requireNoFaultIn(600);
  }

  @Test
  void inAddresses() {
    var program = "/oauth/authorize?response_type=code&client_id=" + NOBODY;
    anybody
        .parameters("GET", "/verify?type=signup", "token", "redirect_to", "token_hash", "email")
        .parameters("GET", "/verify?token=x", "type")
        .parameters("GET", "/authorize", "provider")
        .parameters("GET", "/authorize?provider=keycloak", "redirect_to", "scopes", "prompt")
        .parameters("GET", "/authorize?provider=keycloak", "code_challenge", "invite_token")
        .parameters("GET", "/callback", "code", "state", "error", "error_description")
        .parameters("GET", program, "redirect_uri", "state", "scope", "code_challenge", "nonce")
        .parameters("GET", "/sso/saml/metadata", "download")
        .requireNoFaultIn(400);
    user.parameters("GET", "/user/identities/authorize", "provider", "redirect_to", "scopes")
        .requireNoFaultIn(50);
    admin
        .parameters("GET", "/admin/users", "page", "per_page", "filter", "sort")
        .parameters("GET", "/admin/audit", "page", "per_page", "query")
        .parameters("GET", "/admin/sso/providers", "resource_id")
        .paths(
            List.of(
                "/admin/users/x",
                "/admin/users/%00",
                "/admin/users/x/factors/y",
                "/admin/users/%ff/passkeys/%00",
                "/admin/sso/providers/x",
                "/admin/oauth/clients/x",
                "/admin/application-tokens/x/revoke",
                "/admin/api-keys/x/revoke",
                "/admin/signing-keys/x/revoke",
                "/factors/%00",
                "/user/identities/x",
                "/oauth/authorizations/%00",
                "/oauth/devices/%00",
                "/passkeys/%00",
                "/user/oauth/grants?client_id=%00",
                "/nothing"))
        .requireNoFaultIn(250);
  }
}
