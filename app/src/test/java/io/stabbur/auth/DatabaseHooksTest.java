package io.stabbur.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.factor.Authenticator;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.TestServer;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Hooks that are functions in Postgres: they send what is to be sent, and have a say in who signs
/// in, in the transaction that they are asked in.
class DatabaseHooksTest {
  /// How long a statement may take on this server.
  private static final String LIMIT = "47s";

  private static final List<String> SCHEMA =
      List.of(
          "create schema hooks",
          "create table hooks.sent (id bigint generated always as identity, event jsonb)",
          """
          create function hooks.send(event jsonb) returns jsonb language sql as
          $$ insert into hooks.sent (event) values (event); select '{}'::jsonb $$\
          """,
          """
          create function hooks.password(event jsonb) returns jsonb language sql as
          $$ select case when (event ->> 'valid')::boolean then '{"decision": "continue"}'::jsonb
             else '{"decision": "reject", "message": "Not today", "should_logout_user": true}' end $$\
          """,
          """
          create function hooks.factor(event jsonb) returns jsonb language sql as
          $$ select case when (event ->> 'valid')::boolean then '{"decision": "continue"}'::jsonb
             else '{"decision": "reject", "message": "No more"}' end $$\
          """,
          "grant usage on schema hooks to supabase_auth_admin",
          "grant insert on hooks.sent to supabase_auth_admin");
  private static TestServer server;
  private static AuthClient client;

  @BeforeAll
  static void start() {
    var settings = new HashMap<String, Object>();
    for (var hook :
        List.of(
            "send-email=send",
            "send-sms=send",
            "password-verification-attempt=password",
            "mfa-verification-attempt=factor")) {
      var words = hook.split("=", 2);
      settings.put(
          "stabbur.auth.hooks." + words[0] + ".uri", "pg-functions://postgres/hooks/" + words[1]);
    }
    settings.put("stabbur.postgres.settings", List.of("statement_timeout=" + LIMIT));
    settings.put("stabbur.auth.phone", true);
    settings.put("stabbur.auth.password.cost", 4);
    server = TestServer.start(settings);
    client = new AuthClient(server);
    SCHEMA.forEach(DatabaseHooksTest::run);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aMailIsHandedOverWithItsCode() throws InterruptedException {
    var email = person();

    assertThat(client.post("/recover", "{\"email\":\"%s\"}".formatted(email)).status())
        .isEqualTo(200);

    var event = sent("user", "email", email);
    var data = AuthClient.at(event, "email_data");
    assertThat(text(data, "email_action_type")).isEqualTo("recovery");
    assertThat(text(data, "token")).matches("[0-9]{6}");
    assertThat(text(AuthClient.at(event, "metadata"), "name")).isEqualTo("send_email");
    var body = "{\"type\":\"recovery\",\"token_hash\":\"%s\"}".formatted(text(data, "token_hash"));
    assertThat(client.post("/verify", body).status()).isEqualTo(200);
  }

  @Test
  void aTextMessageIsHandedOverWithItsCode() throws InterruptedException {
    var phone = "4790000042";
    assertThat(client.post("/otp", "{\"phone\":\"%s\"}".formatted(phone)).status()).isEqualTo(200);

    var code = text(AuthClient.at(sent("sms", "phone", phone), "sms"), "otp");

    var body = "{\"type\":\"sms\",\"phone\":\"%s\",\"token\":\"%s\"}".formatted(phone, code);
    assertThat(client.post("/verify", body).status()).isEqualTo(200);
  }

  @Test
  void aWrongPasswordIsJudgedAndMayEndTheSessions() {
    var email = person();
    var session = client.signIn(email);
    assertThat(session.status()).isEqualTo(200);

    var refused = client.signIn(email, "feil hest");

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.text("code")).isEqualTo("invalid_credentials");
    assertThat(refused.text("message")).isEqualTo("Not today");
    assertThat(client.refresh(session.text("refresh_token")).text("code"))
        .isEqualTo("refresh_token_not_found");
  }

  @Test
  void aWrongCodeOfAFactorIsJudgedAndEndsTheSessions() {
    var email = person();
    var session = client.signIn(email);
    var signedIn = client.as(session.text("access_token"));
    var factor = signedIn.post("/factors", "{\"factor_type\":\"totp\"}");
    var path = "/factors/" + factor.text("id");
    var code = Authenticator.code(factor.at("totp.secret").getStringValue());
    var challenge = signedIn.post(path + "/challenge", "{}").text("id");
    var wrong = code.equals("000000") ? "000001" : "000000";

    var refused =
        signedIn.post(
            path + "/verify",
            "{\"challenge_id\":\"%s\",\"code\":\"%s\"}".formatted(challenge, wrong));

    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.text("code")).isEqualTo("mfa_verification_rejected");
    assertThat(refused.text("message")).isEqualTo("No more");
    assertThat(client.refresh(session.text("refresh_token")).status()).isEqualTo(400);
  }

  @Test
  void afterAHookTheLimitFromBeforeCountsAgain() {
    run("create table hooks.limits (value text)");
    run("grant insert on hooks.limits to supabase_auth_admin");
    run(
        """
        create function hooks.note_limit() returns trigger language plpgsql as
        $$ begin
             insert into hooks.limits values (current_setting('statement_timeout'));
             return new;
           end $$\
        """);
    var email = person();
    // written after the hook was asked
    run(
        """
        create trigger note_limit after update on auth.users
        for each row execute function hooks.note_limit()\
        """);

    assertThat(client.signIn(email).status()).isEqualTo(200);

    List<String> limits =
        server
            .project()
            .admin()
            .transaction(
                Actor.of("postgres"),
                Access.READ,
                tx ->
                    tx.list(
                        Statement.of("select distinct value from hooks.limits"),
                        row -> row.getString(1)));
    assertThat(limits).containsExactly(LIMIT);
  }

  /// What a hook was handed, once it was.
  private static JsonNode sent(String object, String field, String value)
      throws InterruptedException {
    for (int tried = 0; tried < 500; tried++) {
      var found =
          server
              .project()
              .admin()
              .transaction(
                  Actor.of("postgres"),
                  Access.READ,
                  tx ->
                      tx.first(
                          Statement.of(
                              "select event::text from hooks.sent where event -> ? ->> ? = ?",
                              object,
                              field,
                              value),
                          rows -> Json.parse(rows.getString(1))));
      if (found.isPresent()) {
        return found.get();
      }
      Thread.sleep(10);
    }
    throw new AssertionError("nothing was handed over for " + value);
  }

  private static String text(JsonNode json, String name) {
    return AuthClient.at(json, name).getStringValue();
  }

  private static String person() {
    var email = AuthClient.newEmail();
    var made =
        client
            .admin()
            .post(
                "/admin/users",
                "{\"email\":\"%s\",\"password\":\"%s\",\"email_confirm\":true}"
                    .formatted(email, AuthClient.PASSWORD));
    assertThat(made.status()).isEqualTo(200);
    return email;
  }

  private static void run(String sql) {
    server
        .project()
        .admin()
        .transaction(Actor.of("postgres"), Access.WRITE, tx -> tx.update(Statement.of(sql)));
  }
}
