package io.stabbur.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.auth.factor.Authenticator;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// An `auth` schema with the types, columns, keys and unique indexes that the original's own
/// migrations make (`original-schema.tsv` lists them as PostgreSQL's catalog tells them, of
/// supabase/auth bc32168), filled as the original fills it: taken over as it is. And back: what is
/// written here fits into it.
class AuthTakeoverTest {
  private static final String SCHEMA =
      """
      create schema auth authorization supabase_auth_admin;
      grant all on schema auth to postgres;
      grant usage on schema auth
        to anon, authenticated, service_role, supabase_storage_admin, supabase_realtime_admin;
      set role supabase_auth_admin;
      """;
  private static final String OWNER = "supabase_auth_admin";
  private static final String SESSION = "5b6d2c1e-2f6b-4b6a-9d3c-0d7a1f0f8a01";
  private static final byte[] KEY =
      "a key of thirty-two bytes, no mo".getBytes(StandardCharsets.US_ASCII);
  private static Login superuser;
  private static TestServer server;
  private static AuthClient client;

  @BeforeAll
  static void madeElsewhere() {
    superuser = TestPostgres.newDatabase();
    TestPostgres.execute(superuser, resource("/io/stabbur/project/base/history.sql"));
    for (var file : List.of("0001_roles", "0002_schemas")) {
      TestPostgres.execute(
          superuser, resource("/io/stabbur/project/base/supabase/" + file + ".sql"));
    }
    TestPostgres.execute(superuser, original());
    for (var file :
        List.of("0004_storage", "0005_realtime", "0006_reload", "0007_owner_settings")) {
      TestPostgres.execute(
          superuser, resource("/io/stabbur/project/base/supabase/" + file + ".sql"));
    }
    TestPostgres.execute(superuser, "drop schema stabbur cascade");
    var owner = TestPostgres.as("postgres", superuser);
    TestPostgres.as("authenticator", superuser);
    var settings = new HashMap<String, Object>();
    settings.put("stabbur.projects.default.database-url", owner.url().substring("jdbc:".length()));
    settings.put("stabbur.projects.default.admin-password", owner.password().reveal());
    settings.put("stabbur.projects.default.api-password", owner.password().reveal());
    settings.put("stabbur.migrate", false);
    settings.put("stabbur.auth.phone", true);
    server = TestServer.start(settings);
    client = new AuthClient(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void ourTablesHaveTheColumnsAndKeysOfTheOriginals() {
    var ours = facts(TestServer.shared());

    assertThat(ours).containsAll(facts());
    assertThat(ours.stream().filter(fact -> fact.startsWith("column\t")))
        .as("no column the original does not know")
        .allMatch(facts()::contains);
  }

  @Test
  void everyPasswordSignsIn() {
    var hashes =
        new String[] {
          // bcrypt as PostgreSQL makes it, and in the two other spellings
          "crypt('korrekt hest', gen_salt('bf', 10))",
          "replace(crypt('korrekt hest', gen_salt('bf', 4)), '$2a$', '$2b$')",
          "replace(crypt('korrekt hest', gen_salt('bf', 4)), '$2a$', '$2y$')"
        };
    for (var hash : hashes) {
      var email = AuthClient.newEmail();
      insert(email, hash, "now()");

      var session = client.signIn(email);

      assertThat(session.status()).as(hash).isEqualTo(200);
      assertThat(client.signIn(email, "feil hest").status()).isEqualTo(400);
      assertThat(client.refresh(session.text("refresh_token")).status()).isEqualTo(200);
      var user = client.as(session.text("access_token")).get("/user");
      assertThat(user.text("email")).isEqualTo(email);
      assertThat(user.at("user_metadata").size()).isZero();
      assertThat(user.at("identities.0.provider").getStringValue()).isEqualTo("email");
    }
  }

  @Test
  void hashesOfOtherKindsSignInToo() {
    var argon =
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    var email = AuthClient.newEmail();
    insert(email, "'" + argon + "'", "now()");

    assertThat(client.signIn(email, "password").status()).isEqualTo(200);
    assertThat(client.signIn(email, "passwort").status()).isEqualTo(400);
  }

  @Test
  void whoNeverHadAPasswordIsNotLetInWithoutOne() {
    var email = AuthClient.newEmail();
    insert(email, "null", "now()");

    for (var password : new String[] {"", " ", "null"}) {
      assertThat(client.signIn(email, password).status()).isEqualTo(400);
    }
  }

  @Test
  void sessionsOfBothFormatsGoOn() {
    var email = AuthClient.newEmail();
    var user = insert(email, "null", "now()");
    execute(
        """
        insert into auth.sessions (id, user_id, created_at, updated_at, aal) values
          ('5b6d2c1e-2f6b-4b6a-9d3c-0d7a1f0f8a00', '%1$s', now(), now(), 'aal1'),
          ('%2$s', '%1$s', now(), now(), 'aal1');
        insert into auth.mfa_amr_claims (id, session_id, authentication_method, created_at, updated_at)
          select gen_random_uuid(), id, 'password', now(), now() from auth.sessions where user_id = '%1$s';
        insert into auth.refresh_tokens (instance_id, token, user_id, parent, session_id, revoked, created_at, updated_at)
          values (null, 'aaaabbbbcccc', '%1$s', null, '5b6d2c1e-2f6b-4b6a-9d3c-0d7a1f0f8a00', false, now(), now());
        update auth.sessions set refresh_token_counter = 3, refresh_token_hmac_key = '%3$s' where id = '%2$s'\
        """
            .formatted(user, SESSION, Base64.getUrlEncoder().withoutPadding().encodeToString(KEY)));

    for (var token : List.of("aaaabbbbcccc", counted(3))) {
      var fresh = client.refresh(token);

      assertThat(fresh.status()).as(token).isEqualTo(200);
      assertThat(fresh.at("user.email").getStringValue()).isEqualTo(email);
      assertThat(AuthClient.claim(fresh.text("access_token"), "amr.0.method").getStringValue())
          .isEqualTo("password");
      assertThat(client.refresh(fresh.text("refresh_token")).status()).isEqualTo(200);
    }
  }

  @Test
  void mailsThatAreUnderWayLeadToTheirEnd() throws GeneralSecurityException {
    for (boolean typed : new boolean[] {true, false}) {
      var email = AuthClient.newEmail();
      var user = insert(email, "crypt('korrekt hest', gen_salt('bf', 4))", "null");
      var hash =
          HexFormat.of()
              .formatHex(
                  MessageDigest.getInstance("SHA-224")
                      .digest((email + "424242").getBytes(StandardCharsets.UTF_8)));
      execute(
          """
          update auth.users set confirmation_token = '%2$s', confirmation_sent_at = now() where id = '%1$s';
          insert into auth.one_time_tokens (id, user_id, token_type, token_hash, relates_to)
            values (gen_random_uuid(), '%1$s', 'confirmation_token', '%2$s', '%3$s')\
          """
              .formatted(user, hash, email));

      assertThat(client.signIn(email).text("code")).isEqualTo("email_not_confirmed");
      var body =
          typed
              ? "{\"type\":\"signup\",\"email\":\"%s\",\"token\":\"424242\"}".formatted(email)
              : "{\"type\":\"signup\",\"token_hash\":\"%s\"}".formatted(hash);
      assertThat(client.post("/verify", body).status()).isEqualTo(200);
      assertThat(client.post("/verify", body).status()).isEqualTo(403);
      assertThat(client.signIn(email).status()).isEqualTo(200);
    }
  }

  @Test
  void aSecondFactorIsShownAsBefore() {
    var email = AuthClient.newEmail();
    var user = insert(email, "crypt('korrekt hest', gen_salt('bf', 4))", "now()");
    var factor = UUID.randomUUID();
    execute(
        """
        insert into auth.mfa_factors (id, user_id, friendly_name, factor_type, status, secret, created_at, updated_at)
        values ('%s', '%s', null, 'totp', 'verified', 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', now(), now())\
        """
            .formatted(factor, user));
    var signedIn = client.as(client.signIn(email).text("access_token"));

    var challenge = signedIn.post("/factors/" + factor + "/challenge", "{}").text("id");
    var verified =
        signedIn.post(
            "/factors/" + factor + "/verify",
            "{\"challenge_id\":\"%s\",\"code\":\"%s\"}"
                .formatted(challenge, Authenticator.code("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")));

    assertThat(verified.status()).isEqualTo(200);
    assertThat(AuthClient.claim(verified.text("access_token"), "aal").getStringValue())
        .isEqualTo("aal2");
  }

  @Test
  void whatIsWrittenHereFitsIntoTheOriginalsTables() {
    var home = TestServer.shared();
    countOn(home);
    var there = new AuthClient(home);
    var email = AuthClient.newEmail();
    var session = there.signUp(email);
    there.refresh(session.text("refresh_token"));
    var signedIn = there.as(there.signIn(email).text("access_token"));
    var newest = there.refresh(there.signIn(email).text("refresh_token"));
    signedIn.post("/factors", "{\"factor_type\":\"totp\",\"friendly_name\":\"moved\"}");
    signedIn.put("/user", "{\"data\":{\"navn\":\"Kari\"}}");
    var user = newest.at("user.id").getStringValue();

    for (var table : List.of("users", "identities", "sessions", "refresh_tokens", "mfa_factors")) {
      var rows = rows(home, table, user);
      assertThat(rows).as(table).isNotEmpty();
      rows.forEach(row -> move(table, row));
    }
    for (var table :
        List.of("mfa_amr_claims", "audit_log_entries", "one_time_tokens", "flow_state")) {
      rows(home, table, user).forEach(row -> move(table, row));
    }

    assertThat(client.signIn(email).status()).isEqualTo(200);
    var next = client.refresh(newest.text("refresh_token"));
    assertThat(next.status()).isEqualTo(200);
    assertThat(next.at("user.user_metadata.navn").getStringValue()).isEqualTo("Kari");
  }

  // --- how the original writes its rows

  /// A user with NULL wherever rows inserted by hand have it, and an identity.
  private static UUID insert(String email, String hash, String confirmedAt) {
    var id = UUID.randomUUID();
    execute(
        """
        insert into auth.users (instance_id, id, aud, role, email, encrypted_password, email_confirmed_at,
            raw_app_meta_data, raw_user_meta_data, created_at, updated_at, confirmation_token, recovery_token,
            email_change, email_change_token_new, phone_change, phone_change_token, reauthentication_token)
          select '00000000-0000-0000-0000-000000000000', '%1$s', 'authenticated', 'authenticated', '%2$s', %3$s, %4$s,
            null, null, now(), now(), null, null, null, null, null, null, null;
        insert into auth.identities (id, provider_id, user_id, provider, identity_data, created_at, updated_at)
          values (gen_random_uuid(), '%1$s', '%1$s', 'email', '{"sub":"%1$s","email":"%2$s"}', now(), now())\
        """
            .formatted(id, email, hash, confirmedAt));
    return id;
  }

  /// A refresh token of the second format: version, session, counter, half a signature, checksum.
  private static String counted(int counter) {
    var session = UUID.fromString(SESSION);
    var signed =
        ByteBuffer.allocate(18)
            .put((byte) 0)
            .putLong(session.getMostSignificantBits())
            .putLong(session.getLeastSignificantBits())
            .put((byte) counter)
            .array();
    var raw =
        ByteBuffer.allocate(34).put(signed).put(Crypto.hmacSha256(KEY, signed), 0, 16).array();
    var whole = ByteBuffer.allocate(38).put(raw).put(Crypto.sha256(raw), 0, 4).array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
  }

  // --- the schema

  private static List<String> facts() {
    return resource("/io/stabbur/auth/original-schema.tsv").lines().toList();
  }

  /// The original's schema, made of what is known of it.
  private static String original() {
    var sql = new StringBuilder(SCHEMA);
    var tables = new HashMap<String, List<String>>();
    var after = new StringBuilder();
    for (var fact : facts()) {
      var part = fact.split("\t", -1);
      switch (part[0]) {
        case "type" ->
            sql.append(
                "create type auth.%s as enum ('%s');\n"
                    .formatted(part[1], part[2].replace(",", "','")));
        case "column" ->
            tables
                .computeIfAbsent(part[1], _ -> new ArrayList<>())
                .add(part[2] + " " + part[3] + " " + part[4]);
        case "constraint" ->
            after.append(
                "alter table auth.%s add constraint %s %s;\n".formatted(part[1], part[2], part[3]));
        default -> after.append(part[1]).append(";\n");
      }
    }
    sql.append("create sequence auth.refresh_tokens_id_seq;\n");
    tables.forEach(
        (table, columns) ->
            sql.append(
                "create table auth.%s (%s);\n".formatted(table, String.join(", ", columns))));
    return sql.append(after)
        .append(
            """
            create function auth.jwt() returns jsonb language sql stable as $$
              select coalesce(nullif(current_setting('request.jwt.claim', true), ''),
                              nullif(current_setting('request.jwt.claims', true), ''))::jsonb $$;
            create function auth.uid() returns uuid language sql stable as $$ select (auth.jwt() ->> 'sub')::uuid $$;
            create function auth.role() returns text language sql stable as $$ select auth.jwt() ->> 'role' $$;
            create function auth.email() returns text language sql stable as $$ select auth.jwt() ->> 'email' $$;
            grant select on all tables in schema auth to postgres;
            reset role\
            """)
        .toString();
  }

  /// The same facts of a server's own schema.
  private static List<String> facts(TestServer server) {
    return server
        .project()
        .admin()
        .transaction(
            Actor.of("postgres"),
            Access.READ,
            tx ->
                tx.list(
                    Statement.of(resource("/io/stabbur/auth/schema-facts.sql")),
                    rows -> rows.getString(1)));
  }

  // --- rows

  /// Numbers of refresh tokens that are free in the other database, too.
  private static void countOn(TestServer from) {
    var next = Statement.of("select setval('auth.refresh_tokens_id_seq', 1000000)");
    var _ =
        from.project()
            .admin()
            .transaction(
                Actor.of(OWNER), Access.WRITE, tx -> tx.first(next, row -> row.getLong(1)));
  }

  private static List<String> rows(TestServer from, String table, String user) {
    var of =
        switch (table) {
          case "users" -> "id::text";
          case "mfa_amr_claims" ->
              "(select user_id::text from auth.sessions s where s.id = session_id)";
          case "audit_log_entries" -> "payload ->> 'actor_id'";
          default -> "user_id::text";
        };
    return from.project()
        .admin()
        .transaction(
            Actor.of(OWNER),
            Access.READ,
            tx ->
                tx.list(
                    Statement.of(
                        "select to_jsonb(t)::text from auth." + table + " t where " + of + " = ?",
                        user),
                    rows -> rows.getString(1)));
  }

  private static void move(String table, String row) {
    var columns =
        facts().stream()
            .map(fact -> fact.split("\t", -1))
            .filter(part -> part[0].equals("column") && part[1].equals(table))
            .filter(part -> !part[4].contains("generated"))
            .map(part -> part[2])
            .toList();
    var names = String.join(", ", columns);
    try (var database = Database.open(superuser)) {
      database.transaction(
          Actor.of(superuser.user()),
          Access.WRITE,
          tx ->
              tx.update(
                  Statement.of(
                      "insert into auth.%1$s (%2$s) select %2$s from jsonb_populate_record(null::auth.%1$s, ?::text::jsonb)"
                          .formatted(table, names),
                      row)));
    }
  }

  private static void execute(String sql) {
    TestPostgres.execute(superuser, "set search_path = auth, extensions, public; " + sql);
  }

  private static String resource(String path) {
    try (var stream =
        Objects.requireNonNull(AuthTakeoverTest.class.getResourceAsStream(path), path)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
