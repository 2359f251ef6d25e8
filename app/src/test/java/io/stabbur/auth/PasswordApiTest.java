package io.stabbur.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.web.router.Router;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.TestServer;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Sign-up, sign-in, refresh, the account itself and the admin calls, over the wire.
class PasswordApiTest {
  private final TestServer server = TestServer.shared();
  private final AuthClient client = new AuthClient(server);

  @Test
  void signUpInDevelopmentWithoutMailGivesASession() {
    var email = AuthClient.newEmail();

    var answer = client.signUp(email);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text("token_type")).isEqualTo("bearer");
    assertThat(answer.text("expires_in")).isEqualTo("3600");
    assertThat(answer.text("refresh_token")).matches("[a-z2-7]{12}");
    assertThat(answer.at("user.email").getStringValue()).isEqualTo(email);
    assertThat(answer.at("user.role").getStringValue()).isEqualTo("authenticated");
    assertThat(answer.at("user.identities.0.provider").getStringValue()).isEqualTo("email");
    assertThat(answer.at("user.app_metadata.provider").getStringValue()).isEqualTo("email");
  }

  @Test
  void aTokenHasTheClaimsOfTheContract() {
    var email = AuthClient.newEmail();
    var session = client.signUp(email);

    var token = session.text("access_token");

    assertThat(AuthClient.claim(token, "aud").getStringValue()).isEqualTo("authenticated");
    assertThat(AuthClient.claim(token, "iss").getStringValue())
        .isEqualTo(server.url() + "/auth/v1");
    assertThat(AuthClient.claim(token, "sub")).isEqualTo(session.at("user.id"));
    assertThat(AuthClient.claim(token, "email").getStringValue()).isEqualTo(email);
    assertThat(AuthClient.claim(token, "phone").getStringValue()).isEmpty();
    assertThat(AuthClient.claim(token, "role").getStringValue()).isEqualTo("authenticated");
    assertThat(AuthClient.claim(token, "aal").getStringValue()).isEqualTo("aal1");
    assertThat(AuthClient.claim(token, "amr.0.method").getStringValue()).isEqualTo("password");
    assertThat(AuthClient.claim(token, "session_id").getStringValue()).hasSize(36);
    assertThat(AuthClient.claim(token, "is_anonymous").getBooleanValue()).isFalse();
  }

  @Test
  void signInIsRefusedInTheSameWordsForAWrongPasswordAndAnUnknownUser() {
    var email = AuthClient.newEmail();
    client.signUp(email);

    var wrong = client.signIn(email, "noe annet");
    var unknown = client.signIn(AuthClient.newEmail());

    assertThat(wrong.status()).isEqualTo(400);
    assertThat(wrong.text("code")).isEqualTo("invalid_credentials");
    assertThat(wrong.response().body()).isEqualTo(unknown.response().body());
    assertThat(unknown.status()).isEqualTo(400);
  }

  @Test
  void signInAndReadUser() {
    var email = AuthClient.newEmail();
    client.signUp(email);

    var session = client.signIn(email.toUpperCase(java.util.Locale.ROOT));
    var user = client.as(session.text("access_token")).get("/user");

    assertThat(session.status()).isEqualTo(200);
    assertThat(user.status()).isEqualTo(200);
    assertThat(user.text("email")).isEqualTo(email);
  }

  @Test
  void aRefreshTokenIsExchangedForANewOne() {
    var session = client.signUp(AuthClient.newEmail());

    var fresh = client.refresh(session.text("refresh_token"));

    assertThat(fresh.status()).isEqualTo(200);
    assertThat(fresh.text("refresh_token")).isNotEqualTo(session.text("refresh_token"));
    assertThat(AuthClient.claim(fresh.text("access_token"), "session_id"))
        .isEqualTo(AuthClient.claim(session.text("access_token"), "session_id"));
  }

  @Test
  void anUnknownRefreshTokenIsRefused() {
    var answer = client.refresh("aaaaaaaaaaaa");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text("code")).isEqualTo("refresh_token_not_found");
    assertThat(client.refresh("kort").text("code")).isEqualTo("validation_failed");
  }

  @Test
  void errorsCarryTheCodeInBothVersionsOfTheApi() {
    var older = client.with("X-Supabase-Api-Version", "").signIn("a@example.org", "x");
    var newer = client.signIn("a@example.org", "x");

    assertThat(older.text("code")).isEqualTo("400");
    assertThat(older.text("error_code")).isEqualTo("invalid_credentials");
    assertThat(older.text("msg")).isEqualTo("Invalid login credentials");
    assertThat(older.header("X-Supabase-Api-Version")).isEmpty();
    assertThat(newer.text("code")).isEqualTo("invalid_credentials");
    assertThat(newer.text("message")).isEqualTo("Invalid login credentials");
    assertThat(newer.header("X-Supabase-Api-Version")).isEqualTo("2024-01-01");
    assertThat(newer.header("x-sb-error-code")).isEqualTo("invalid_credentials");
  }

  @Test
  void weakPasswordsAreRefusedWithReasons() {
    var answer =
        client.post(
            "/signup", "{\"email\":\"%s\",\"password\":\"kort\"}".formatted(AuthClient.newEmail()));

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.text("code")).isEqualTo("weak_password");
    assertThat(answer.at("weak_password.reasons.0").getStringValue()).isEqualTo("length");
  }

  @Test
  void anUnreadableBodyIsBadJson() {
    assertThat(client.post("/signup", "{").text("code")).isEqualTo("bad_json");
    assertThat(client.post("/signup", "[]").text("code")).isEqualTo("bad_json");
    assertThat(client.post("/signup", "{\"email\":1}").text("code")).isEqualTo("bad_json");
    assertThat(client.post("/signup", "").text("code")).isEqualTo("bad_json");
  }

  @Test
  void aBearerIsCheckedAgainstTheSessionToo() {
    var session = client.signUp(AuthClient.newEmail());
    var signedIn = client.as(session.text("access_token"));

    assertThat(client.get("/user").status()).isEqualTo(401);
    assertThat(client.get("/user").text("code")).isEqualTo("no_authorization");
    assertThat(signedIn.post("/logout?scope=local", "").status()).isEqualTo(204);
    var after = signedIn.get("/user");
    assertThat(after.status()).isEqualTo(403);
    assertThat(after.text("code")).isEqualTo("session_not_found");
    assertThat(client.refresh(session.text("refresh_token")).text("code"))
        .isEqualTo("refresh_token_not_found");
  }

  @Test
  void logoutOfOthersKeepsThisSession() {
    var email = AuthClient.newEmail();
    var first = client.signUp(email);
    var second = client.signIn(email);

    var answer = client.as(second.text("access_token")).post("/logout?scope=others", "");

    assertThat(answer.status()).isEqualTo(204);
    assertThat(client.as(first.text("access_token")).get("/user").status()).isEqualTo(403);
    assertThat(client.as(second.text("access_token")).get("/user").status()).isEqualTo(200);
  }

  @Test
  void aChangedPasswordEndsTheOtherSessions() {
    var email = AuthClient.newEmail();
    var first = client.signUp(email);
    var second = client.signIn(email);

    var changed =
        client.as(second.text("access_token")).put("/user", "{\"password\":\"et nytt passord\"}");

    assertThat(changed.status()).isEqualTo(200);
    assertThat(client.as(first.text("access_token")).get("/user").status()).isEqualTo(403);
    assertThat(client.as(second.text("access_token")).get("/user").status()).isEqualTo(200);
    assertThat(client.signIn(email).status()).isEqualTo(400);
    assertThat(client.signIn(email, "et nytt passord").status()).isEqualTo(200);
    assertThat(
            client
                .as(second.text("access_token"))
                .put("/user", "{\"password\":\"et nytt passord\"}")
                .text("code"))
        .isEqualTo("same_password");
  }

  @Test
  void userMetadataIsMergedAndAppMetadataIsForAdministrators() {
    var session = client.signUp(AuthClient.newEmail());
    var signedIn = client.as(session.text("access_token"));

    signedIn.put("/user", "{\"data\":{\"navn\":\"Kari\",\"by\":\"Oslo\"}}");
    var changed = signedIn.put("/user", "{\"data\":{\"by\":null,\"alder\":40}}");
    var refused = signedIn.put("/user", "{\"app_metadata\":{\"x\":1}}");

    assertThat(changed.at("user_metadata.navn").getStringValue()).isEqualTo("Kari");
    assertThat(changed.at("user_metadata").get("by")).isNull();
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.text("code")).isEqualTo("not_admin");
  }

  @Test
  void administratorsCreateReadChangeListAndDeleteUsers() {
    var email = AuthClient.newEmail();
    var admin = client.admin();

    var made =
        admin.post(
            "/admin/users",
            "{\"email\":\"%s\",\"password\":\"%s\",\"email_confirm\":true,\"user_metadata\":{\"full_name\":\"Kari\"},\"app_metadata\":{\"enhet\":\"a\"}}"
                .formatted(email, AuthClient.PASSWORD));
    var id = made.text("id");

    assertThat(made.status()).isEqualTo(200);
    assertThat(made.text("email_confirmed_at")).isNotEmpty();
    assertThat(made.at("app_metadata.enhet").getStringValue()).isEqualTo("a");
    assertThat(client.signIn(email).status()).isEqualTo(200);
    assertThat(admin.post("/admin/users", "{\"email\":\"%s\"}".formatted(email)).text("code"))
        .isEqualTo("email_exists");
    assertThat(admin.get("/admin/users/" + id).text("email")).isEqualTo(email);
    var banned = admin.put("/admin/users/" + id, "{\"ban_duration\":\"24h\"}");
    assertThat(banned.text("banned_until")).isNotEmpty();
    assertThat(client.signIn(email).text("code")).isEqualTo("user_banned");
    admin.put("/admin/users/" + id, "{\"ban_duration\":\"none\"}");
    assertThat(client.signIn(email).status()).isEqualTo(200);
    var page = admin.get("/admin/users?page=1&per_page=1");
    assertThat(page.at("users").size()).isEqualTo(1);
    assertThat(page.header("X-Total-Count")).matches("[1-9][0-9]*");
    assertThat(page.header("Link")).contains("rel=\"last\"");
    assertThat(admin.get("/admin/users?filter=" + email).at("users").size()).isEqualTo(1);
    assertThat(admin.delete("/admin/users/" + id, "{\"should_soft_delete\":false}").status())
        .isEqualTo(200);
    assertThat(admin.get("/admin/users/" + id).text("code")).isEqualTo("user_not_found");
    assertThat(admin.get("/admin/users/nei").status()).isEqualTo(404);
  }

  @Test
  void adminCallsAreForAdministratorsAlone() {
    var session = client.signUp(AuthClient.newEmail());

    assertThat(client.get("/admin/users").status()).isEqualTo(401);
    assertThat(client.as(session.text("access_token")).get("/admin/users").text("code"))
        .isEqualTo("not_admin");
  }

  @Test
  void everyRouteOfAdministratorsRefusesEverybodyElse() {
    var person = client.as(client.signUp(AuthClient.newEmail()).text("access_token"));
    var routes =
        server
            .bean(Router.class)
            .uriRoutes()
            .filter(route -> !route.getHttpMethodName().equals("HEAD"))
            .map(route -> route.getHttpMethodName() + " " + route.getUriMatchTemplate())
            .filter(route -> route.matches("[A-Z]+ /auth/v1/(admin/.*|invite)"))
            .distinct()
            .toList();
    assertThat(routes).hasSizeGreaterThan(20);
    for (var route : routes) {
      var words = route.replaceAll("\\{[^}]*}", UUID.randomUUID().toString()).split(" /auth/v1", 2);
      for (var caller : List.of(client, person)) {
        var answer = caller.send(words[0], words[1], words[0].equals("GET") ? "" : "{}");
        assertThat(answer.status()).as(route).isIn(401, 403);
        assertThat(answer.text("code")).as(route).isIn("no_authorization", "not_admin");
      }
    }
  }

  @Test
  void aCharacterThatCannotBeStoredIsTheClientsMistake() {
    var email = AuthClient.newEmail();
    var person = client.as(client.signUp(email).text("access_token"));
    var zero = "\\u0000";
    for (var answer :
        List.of(
            client.post(
                "/signup",
                "{\"email\":\"%s\",\"password\":\"abcdefgh\",\"data\":{\"a\":\"%s\"}}"
                    .formatted(AuthClient.newEmail(), zero)),
            client.signIn("a" + zero + "@example.org"),
            client.post("/verify", "{\"type\":\"signup\",\"token_hash\":\"%s\"}".formatted(zero)),
            client.post(
                "/token?grant_type=pkce",
                "{\"auth_code\":\"%s\",\"code_verifier\":\"a\"}".formatted(zero)),
            person.put("/user", "{\"data\":{\"%s\":1}}".formatted(zero)),
            client.admin().get("/admin/users?filter=%00"),
            client.admin().get("/admin/audit?query=action:%00"))) {
      assertThat(answer.status()).as(answer.response().uri().getPath()).isEqualTo(400);
      assertThat(answer.text("code")).isEqualTo("validation_failed");
    }
  }

  @Test
  void aHashFromElsewhereSignsIn() {
    var email = AuthClient.newEmail();
    // argon2id of "password" with the salt "somesalt", as the reference implementation prints it
    var hash =
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

    var made =
        client
            .admin()
            .post(
                "/admin/users",
                "{\"email\":\"%s\",\"password_hash\":\"%s\",\"email_confirm\":true}"
                    .formatted(email, hash));

    assertThat(made.status()).isEqualTo(200);
    assertThat(client.signIn(email, "password").status()).isEqualTo(200);
    assertThat(client.signIn(email, "passwort").status()).isEqualTo(400);
  }

  @Test
  void aHashOfFirebaseSignsIn() {
    var email = AuthClient.newEmail();
    // the sample of the algorithm's published description
    var hash =
        "$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==$42xEC+ixf3L2lw==$lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==";

    var made =
        client
            .admin()
            .post(
                "/admin/users",
                "{\"email\":\"%s\",\"password_hash\":\"%s\",\"email_confirm\":true}"
                    .formatted(email, hash));

    assertThat(made.status()).isEqualTo(200);
    assertThat(client.signIn(email, "user1password").status()).isEqualTo(200);
    assertThat(client.signIn(email, "user2password").status()).isEqualTo(400);
  }

  @Test
  void everyGrantLeavesAnAuditEntry() {
    var email = AuthClient.newEmail();
    var session = client.signUp(email);
    client.refresh(session.text("refresh_token"));

    var actions =
        server
            .project()
            .admin()
            .transaction(
                Actor.of("supabase_auth_admin"),
                Access.READ,
                tx ->
                    tx.list(
                        Statement.of(
                            "select payload->>'action' from auth.audit_log_entries where payload->>'actor_username' = ? order by created_at",
                            email),
                        rows -> rows.getString(1)));

    assertThat(actions).contains("user_signedup", "login", "token_refreshed", "token_revoked");
  }

  @Test
  void settingsHealthAndKeysAreThere() {
    assertThat(client.get("/settings").at("external.email").getBooleanValue()).isTrue();
    assertThat(client.get("/health").text("name")).isEqualTo("GoTrue");
    var keys = client.with("apikey", "").get("/.well-known/jwks.json");
    assertThat(keys.status()).isEqualTo(200);
    assertThat(keys.header("Cache-Control")).contains("max-age=600");
  }
}
