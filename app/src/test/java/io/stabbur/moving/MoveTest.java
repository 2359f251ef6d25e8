package io.stabbur.moving;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.config.Secret;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.json.Json;
import io.stabbur.project.ClientPrograms;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A hosted project has moved into a project of ours: the same questions have the same answers.
class MoveTest {
  private static final HostedHouse HOUSE = HostedHouse.shared();
  private static TestServer stabbur;
  private static Plan plan;
  private static List<String> summary;

  @BeforeAll
  static void move() {
    stabbur = TestServer.start(Map.of("stabbur.migrate", false));
    try (var move = open()) {
      plan = move.plan();
      assertThat(plan.conflicts()).isEmpty();
      assertThat(move.run()).isEmpty();
      summary = move.summary();
    }
  }

  @AfterAll
  static void stop() {
    stabbur.close();
  }

  private static Move open() {
    var files =
        new FileMove(
            new FolderFiles(HOUSE.files()), new StorageApi(stabbur.url(), Secret.of(service())));
    return Move.open(
        HOUSE.login(),
        target(),
        ClientPrograms.installed(),
        Optional.of(files),
        (what, name, detail) -> {});
  }

  @Test
  void thePlanNamesWhatMovesAndWhatIsLeftToDo() {
    assertThat(plan.what())
        .contains(
            "table auth.users: 3 rows",
            "role reporting, without login",
            "extension citext",
            "extension hstore",
            "trigger on_auth_user_created on auth.users",
            "policy own files on storage.objects",
            "publication of public.notes",
            "3 files, 293.0 kB")
        .anyMatch(line -> line.startsWith("table public.notes: 2000 rows, "));
    assertThat(plan.staysBehind())
        .contains("1 large objects", "login, password and bypassrls of role reporting");
    assertThat(plan.byHand()).anyMatch(line -> line.startsWith("Deploy the Edge Functions"));
    assertThat(summary)
        .anyMatch(line -> line.startsWith("public.notes: 2000 rows, checksum "))
        .anyMatch(line -> line.startsWith("bucket avatars: 2 of 2 files, 6 bytes, checksum "))
        .anyMatch(line -> line.startsWith("bucket objects: 1 of 1 files, 300000 bytes, checksum "));
  }

  @Test
  void peopleSignInWithTheirOldPasswordsAndStaySignedIn() {
    assertThat(
            token(
                    "grant_type=password",
                    "{\"email\": \"person1@example.com\", \"password\": \"not it\"}")
                .statusCode())
        .isEqualTo(400);
    assertThat(signIn(1)).isNotEmpty();
    var refreshed = token("grant_type=refresh_token", "{\"refresh_token\": \"movedtoken12\"}");
    assertThat(refreshed.statusCode()).as(refreshed.body()).isEqualTo(200);
    equal("select id, email, encrypted_password, email_confirmed_at from auth.users order by id");
    equal("select provider_id, user_id, identity_data, email from auth.identities order by 1");
    equal(
        "select user_id, friendly_name, factor_type, status, secret from auth.mfa_factors order by 1");
  }

  @Test
  void anAccountThatWasNotConfirmedByItsPersonIsUnproven() {
    assertThat(
            value(
                "select string_agg(format('%s %s %s', right(user_id::text, 1), sign_up, provable), ',' order by user_id)"
                    + " from stabbur_auth.unproven"))
        .isEqualTo("2 f t,3 t t");
  }

  @Test
  void policiesLetTheSamePeopleSeeTheSame() {
    equal(
        "select schemaname, tablename, policyname, permissive, roles, cmd, qual, with_check from pg_policies"
            + " where schemaname in ('public', 'Other Schema', 'storage') order by 1, 2, 3");
    for (int person = 1; person <= 2; person++) {
      var told =
          Http.get(
              stabbur.url() + "/rest/v1/notes?select=organization_id&limit=10000",
              "apikey",
              stabbur.project().keys().anonKey().reveal(),
              "Authorization",
              "Bearer " + signIn(person));
      assertThat(told.statusCode()).as(told.body()).isEqualTo(200);
      var own = "10000000-0000-4000-8000-00000000000" + person;
      var seen = Json.parse(told.body());
      assertThat(seen.size()).isEqualTo(1000);
      assertThat(seen.values()).allMatch(row -> text(row, "organization_id").equals(own));
    }
  }

  @Test
  void rightsAreTheSame() {
    for (var question :
        List.of(
            "has_table_privilege('anon', 'public.notes', 'select')",
            "has_column_privilege('anon', 'public.notes', 'body', 'select')",
            "has_table_privilege('anon', 'public.members', 'delete')",
            "has_function_privilege('anon', 'public.my_organizations()', 'execute')",
            "has_table_privilege('reporting', 'public.note_counts', 'select')",
            "pg_has_role('authenticator', 'reporting', 'member')",
            "has_schema_privilege('authenticated', 'Other Schema', 'usage')",
            "has_schema_privilege('anon', 'Other Schema', 'usage')")) {
      equal("select " + question);
    }
    assertThat(value("select has_table_privilege('anon', 'public.notes', 'select')"))
        .isEqualTo("f");
    TestPostgres.execute(target(), "create table public.later ()");
    assertThat(value("select has_table_privilege('anon', 'public.later', 'select')"))
        .isEqualTo("f");
    assertThat(value("select has_table_privilege('authenticated', 'public.later', 'select')"))
        .isEqualTo("t");
    TestPostgres.execute(target(), "drop table public.later");
  }

  @Test
  void everyKindOfTableIsThereAndGoesOn() {
    equal("select * from public.loose order by a, b");
    equal("select tableoid::regclass, * from public.events order by at");
    equal("select tableoid::regclass, id, label from public.base order by id");
    equal("select * from public.derived");
    equal(
        "select \"Key\", \"select\", \"päivä; --\" from \"Other Schema\".\"Ta\"\"ble\" order by 1");
    equal("select * from public.hens order by 1");
    equal("select organization_id, count from public.note_counts order by 1");
    equal("select obj_description('public.notes'::regclass)");
    equal("select relispopulated from pg_class where relname = 'never_filled'");
    equal("select last_value, is_called from public.tickets");
    equal("select last_value, is_called from public.returns");
    equal("select version, statements, name from supabase_migrations.schema_migrations order by 1");
    equal("select count(*) from pg_publication_tables where pubname = 'supabase_realtime'");
    TestPostgres.execute(
        target(),
        "insert into public.notes (organization_id, body, mark)"
            + " values ('10000000-0000-4000-8000-000000000001', 'aloud', 1)");
    assertThat(
            value("select format('%s %s %s', id, body, words) from public.notes where id > 2000"))
        .isEqualTo("2001 ALOUD 5");
    TestPostgres.execute(target(), "delete from public.notes where id > 2000");
    assertThat(refused("insert into public.eggs values (3, 77)")).contains("foreign key");
    assertThat(
            refused(
                "insert into public.notes (organization_id, body, mark) values (gen_random_uuid(), 'x', 9)"))
        .contains("grade");
  }

  @Test
  void aTriggerOnAccountsFiresForNewOnesAlone() {
    equal("select count(*) from public.profiles");
    assertThat(
            Http.post(
                    stabbur.url() + "/auth/v1/admin/users",
                    "{\"email\": \"new@example.com\", \"email_confirm\": true}",
                    "apikey",
                    service(),
                    "Authorization",
                    "Bearer " + service(),
                    "Content-Type",
                    "application/json")
                .statusCode())
        .isEqualTo(200);
    assertThat(value("select count(*) from public.profiles where email = 'new@example.com'"))
        .isEqualTo("1");
    TestPostgres.execute(target(), "delete from public.profiles where email = 'new@example.com'");
    TestPostgres.execute(target(), "delete from auth.users where email = 'new@example.com'");
  }

  @Test
  void filesAreThereWithTheirRows() {
    var avatar =
        Http.get(stabbur.url() + "/storage/v1/object/public/avatars/a%20folder/it's%20(1)+2.txt");
    assertThat(avatar.body()).isEqualTo("avatar");
    assertThat(avatar.headers().firstValue("content-type")).hasValue("text/plain");
    assertThat(avatar.headers().firstValue("cache-control").orElse("")).contains("max-age=60");
    assertThat(Http.get(stabbur.url() + "/storage/v1/object/public/avatars/empty").statusCode())
        .isEqualTo(200);
    equal(
        "select id, bucket_id, name, owner, owner_id, user_metadata, created_at, updated_at, last_accessed_at,"
            + " metadata ->> 'mimetype', metadata ->> 'size' from storage.objects order by 2, 3");
    equal(
        "select id, public, file_size_limit, allowed_mime_types, created_at from storage.buckets order by 1");
    assertThat(
            Http.get(
                    stabbur.url() + "/storage/v1/object/authenticated/objects/plain",
                    "Authorization",
                    "Bearer " + signIn(1))
                .statusCode())
        .isEqualTo(404);
    assertThat(
            Http.get(
                    stabbur.url() + "/storage/v1/object/authenticated/objects/plain",
                    "Authorization",
                    "Bearer " + signIn(2))
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void anotherRunDoesNothing() {
    var before = value("select max(done_at)::text from stabbur_moving.steps");
    try (var move = open()) {
      assertThat(move.isFinished()).isTrue();
      assertThat(move.run()).isEmpty();
      assertThat(move.summary()).isEqualTo(summary);
    }
    assertThat(value("select max(done_at)::text from stabbur_moving.steps")).isEqualTo(before);
  }

  @Test
  void nobodyButTheOwnerReadsHowItWent() {
    assertThat(
            value(
                "select bool_or(has_schema_privilege(rolname, 'stabbur_moving', 'usage')) from pg_roles"
                    + " where rolname in ('anon', 'authenticated', 'service_role', 'authenticator')"))
        .isEqualTo("f");
  }

  /// The answers of both sides, as JSON.
  private static void equal(String sql) {
    var question = "select coalesce(json_agg(t)::text, '') from (" + sql + ") t";
    assertThat(value(question)).as(sql).isEqualTo(TestPostgres.value(HOUSE.login(), question));
  }

  private static String value(String sql) {
    return String.valueOf(TestPostgres.value(target(), sql));
  }

  private static String refused(String sql) {
    try {
      TestPostgres.execute(target(), sql);
      return "";
    } catch (AssertionError e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static String signIn(int person) {
    var answer =
        token(
            "grant_type=password",
            "{\"email\": \"person%d@example.com\", \"password\": \"%s\"}"
                .formatted(person, HostedHouse.PASSWORD));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return text(Json.parse(answer.body()), "access_token");
  }

  private static HttpResponse<String> token(String grant, String body) {
    return Http.post(
        stabbur.url() + "/auth/v1/token?" + grant,
        body,
        "apikey",
        stabbur.project().keys().anonKey().reveal(),
        "Content-Type",
        "application/json");
  }

  private static String text(JsonNode object, String field) {
    var node = object.get(field);
    return node == null ? "" : node.coerceStringValue();
  }

  private static String service() {
    return stabbur.project().keys().serviceRoleKey().reveal();
  }

  private static Login target() {
    return stabbur.project().admin().login();
  }
}
