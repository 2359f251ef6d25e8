package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.cli.CommandServer;
import io.stabbur.control.OperatorApi;
import io.stabbur.platform.json.Json;
import io.stabbur.project.Project;
import io.stabbur.project.Projects;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.net.http.HttpResponse;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/// One organization moves out into a project of its own: nothing of it is left, nothing of others
/// is gone.
@Tag("nightly")
@TestMethodOrder(OrderAnnotation.class)
class OrganizationMoveTest {
  private static TestServer server = TestServer.shared();
  private static World world = new World(server);
  private static Project from = server.project();
  private static Project to = server.project();
  private static @Nullable CommandServer commands;
  private static String north = "";
  private static String south = "";
  private static String others = "";

  @BeforeAll
  static void fill() {
    server =
        TestServer.start(
            Map.of(
                "stabbur.projects.first.hosts",
                "one.example.org",
                "stabbur.projects.second.hosts",
                "other.example.org"));
    from = server.project();
    to =
        server.bean(Projects.class).all().stream()
            .filter(project -> !project.equals(from))
            .findFirst()
            .orElseThrow();
    world = new World(server);
    commands = CommandServer.of(server);
    north = filled("north");
    south = filled("south");
    var _ = world.member(north, "both", "peer_mentor");
    var _ = world.member(south, "both", "coordinator");
    formerMember();
    var named =
        world
            .as("north-mentor")
            .patch(
                "/rest/v1/profiles?id=eq." + world.id("north-mentor"),
                Client.object("display_name", "Mentor of North", "phone", "+4799887766"));
    assertThat(named.statusCode()).as(named.body()).isEqualTo(204);
    TestPostgres.execute(
        from.admin().login(),
        "insert into auth.mfa_factors (id, user_id, friendly_name, factor_type, status, secret, created_at, updated_at)"
            + " values (gen_random_uuid(), '%s', 'phone', 'totp', 'verified', 'JBSWY3DPEHPK3PXP', now(), now())"
                .formatted(world.id("north-mentor")));
    program("ci", north, "null");
    program("ended", north, "now()");
    keepRows();
    others = rowsOf(south);
  }

  /// Rows that triggers make: one of each account, and one of some.
  private static void keepRows() {
    for (var project : List.of(from, to)) {
      TestPostgres.execute(
          project.admin().login(),
          """
          create table public.handles (user_id uuid primary key references auth.users on delete cascade,
            handle text unique, number bigint generated always as identity);
          create table public.staff (user_id uuid primary key references auth.users on delete cascade);
          create function public.note_account() returns trigger language plpgsql security definer set search_path = '' as $$
          begin
            insert into public.handles (user_id) values (new.id);
            if new.email like '%@staff.example' then
              insert into public.staff values (new.id);
            end if;
            return null;
          end $$;
          create trigger note_account after insert on auth.users for each row execute function public.note_account();
          insert into public.handles (user_id) select id from auth.users
          """);
    }
    TestPostgres.execute(
        from.admin().login(),
        """
        insert into public.staff values ('%1$s'), ('%2$s'), ('%3$s');
        update public.handles set handle = 'northern' where user_id = '%1$s'
        """
            .formatted(world.id("north-mentor"), world.id("north-admin"), world.id("both")));
  }

  private static void program(String name, String organization, String revoked) {
    TestPostgres.execute(
        from.admin().login(),
        "insert into stabbur.application_tokens (name, organization_id, role, hash, expires_at, revoked_at, identity)"
            + " values ('%1$s', '%2$s', 'peer_mentor', 'hash of %1$s', now() + interval '1 day', %3$s, stabbur.identity())"
                .formatted(name, organization, revoked));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String filled(String name) {
    var id = world.organization(name + "-admin");
    var _ = world.member(id, name + "-mentor", "peer_mentor");
    var client = world.as(name + "-mentor");
    for (int i = 1; i <= 3; i++) {
      var made =
          client.made(
              "/rest/v1/contacts",
              Client.object(
                  "full_name", name + " contact " + i, "email", name + i + "@people.example"));
      var _ =
          client.made(
              "/rest/v1/activities",
              Client.object(
                  "title", "visit", "summary", "talked", "contact_id", Client.text(made, "id")));
    }
    var answer =
        client
            .with("Content-Type", "application/pdf")
            .post(path(name, id), "%PDF-1.4 receipt of " + name);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return id;
  }

  /// Somebody of north whose certification in south has stayed there.
  private static void formerMember() {
    var _ = world.member(south, "former", "peer_mentor");
    var _ = world.member(north, "former", "peer_mentor");
    TestPostgres.execute(
        from.admin().login(),
        """
        insert into public.certifications (organization_id, user_id, name) values ('%1$s', '%2$s', 'first aid');
        delete from public.memberships where organization_id = '%1$s' and user_id = '%2$s'
        """
            .formatted(south, world.id("former")));
  }

  private static String path(String name, String organization) {
    return "/storage/v1/object/receipts/"
        + organization
        + "/"
        + world.id(name + "-mentor")
        + "/kept.pdf";
  }

  private static String value(Project project, String sql) {
    return String.valueOf(TestPostgres.value(project.admin().login(), sql));
  }

  private static String host(Project project) {
    return project.settings().hosts().getFirst();
  }

  /// Every row of every table in which an organization is named, with the transaction that wrote
  /// it; the log of what was done apart.
  private static String rowsOf(String organization) {
    return value(
        from,
        """
        select coalesce(string_agg(format('%%s: %%s', c.oid::regclass, (xpath('/row/rows/text()',
          query_to_xml(format('select md5(string_agg(t.xmin::text || t::text, %%L order by t::text)) as rows from %%s t where t::text like %%L',
            ',', c.oid::regclass, '%%%%%1$s%%%%'), false, true, '')))[1]), E'\\n' order by c.oid::regclass::text), '')
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind = 'r' and n.nspname in ('public', 'private', 'storage', 'stabbur', 'stabbur_storage', 'auth')
          and c.relname not like '%%audit%%' and c.relname not in ('account_changes', 'requests', 'byte_removals')
          and query_to_xml(format('select 1 from %%s t where t::text like %%L limit 1', c.oid::regclass, '%%%%%1$s%%%%'),
            false, true, '')::text like '%%1%%'
        """
            .formatted(organization));
  }

  private static HttpResponse<String> own(String path, String key) {
    return Http.get(
        server.url() + path, "Host", host(to), "apikey", key, "Authorization", "Bearer " + key);
  }

  private static String service() {
    return to.keys().serviceRoleKey().reveal();
  }

  private static HttpResponse<String> signIn(Project project, String person) {
    return signIn(project, person, Client.PASSWORD);
  }

  private static HttpResponse<String> signIn(Project project, String person, String password) {
    return Http.post(
        server.url() + "/auth/v1/token?grant_type=password",
        "{\"email\": \"%s\", \"password\": \"%s\"}".formatted(world.email(person), password),
        "Host",
        host(project),
        "apikey",
        project.keys().anonKey().reveal(),
        "Content-Type",
        "application/json");
  }

  private static String body(String step) {
    return "{\"to\": \"%s\", \"step\": \"%s\"}".formatted(to.name(), step);
  }

  private static String moveOut(String... more) {
    var command = new ArrayList<>(List.of("org", "move-out", north, "--to", to.name()));
    command.addAll(List.of(more));
    return Objects.requireNonNull(commands).run(command.toArray(String[]::new));
  }

  /// While somebody has not accepted, the organization is not removed.
  private static void requireNoInvitation() {
    var _ = world.account("invited");
    var invited =
        world
            .as("north-admin")
            .post(
                "/admin/v1/organizations/" + north + "/members",
                Client.object("email", world.email("invited"), "role", "peer_mentor"));
    assertThat(invited.statusCode()).as(invited.body()).isEqualTo(201);
    var refused =
        new OperatorApi(server)
            .command(
                "POST",
                "/admin/v1/projects/-/organizations/" + north + "/move-out",
                body("remove"));
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(refused.body()).contains("invitations that wait");
    TestPostgres.execute(
        from.admin().login(),
        "delete from public.memberships where user_id = '%s'".formatted(world.id("invited")));
  }

  private static HttpResponse<String> step(String step) {
    return new OperatorApi(server)
        .command("POST", "/admin/v1/projects/-/organizations/" + north + "/move-out", body(step));
  }

  /// What somebody writes while the organization is being removed is waited for and compared, so
  /// the removal is refused.
  private static void requireNothingIsLost(String write, String undo, String refusal)
      throws Exception {
    var login = from.admin().login();
    try (var connection =
            DriverManager.getConnection(login.url(), login.user(), login.password().reveal());
        var statement = connection.createStatement();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      connection.setAutoCommit(false);
      statement.execute(write);
      var removal = threads.submit(() -> step("remove"));
      while (!value(
              from,
              "select count(*) from pg_locks where not granted and mode = 'ShareRowExclusiveLock'")
          .equals("1")) {
        Thread.sleep(20);
      }
      connection.commit();
      assertThat(removal.get().statusCode()).isEqualTo(409);
      assertThat(removal.get().body()).contains(refusal);
    }
    TestPostgres.execute(login, undo);
  }

  private static void requireNoWriteIsLost() throws Exception {
    requireNothingIsLost(
        "insert into public.certifications (organization_id, user_id, name) values ('%s', '%s', 'late')"
            .formatted(north, world.id("north-mentor")),
        "delete from public.certifications where name = 'late'",
        "public.certifications is not the same there");
    requireNothingIsLost(
        "insert into storage.objects (bucket_id, name, metadata) values ('receipts', '%s/late.pdf', '{\"size\": 1}')"
            .formatted(north),
        "set storage.allow_delete_query = 'true'; delete from storage.objects where name = '%s/late.pdf'"
            .formatted(north),
        "Its files are not the same there");
  }

  /// What was written in the other project stays unless the copy is asked for again.
  private static void requireNothingIsReverted() {
    TestPostgres.execute(
        to.admin().login(), "update public.activities set title = 'changed there'");
    var refused = step("copy");
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(refused.body()).contains("public.activities is not the same there", "--again");
    assertThat(step("remove").statusCode()).isEqualTo(409);
    assertThat(value(to, "select min(title) from public.activities")).isEqualTo("changed there");
    assertThat(moveOut("--yes", "--keep", "--again")).contains("It is in both projects now");
    assertThat(value(to, "select max(title) from public.activities")).isEqualTo("visit");
  }

  /// Somebody there has the address already, by an account of their own.
  private static void requireNoOtherAccount() {
    TestPostgres.execute(
        to.admin().login(),
        "insert into auth.users (id, email) values (gen_random_uuid(), '%s')"
            .formatted(world.email("north-mentor")));
    var refused = step("copy");
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(refused.body()).contains("accounts of other ids in the other project");
    TestPostgres.execute(
        to.admin().login(),
        """
        delete from auth.users;
        insert into auth.users (id, email) values (gen_random_uuid(), 'somebody@people.example');
        update public.handles set handle = 'northern'
        """);
    var taken = step("copy");
    assertThat(taken.statusCode()).as(taken.body()).isEqualTo(409);
    assertThat(taken.body()).contains("Rows of members in public.handles");
    TestPostgres.execute(to.admin().login(), "delete from auth.users");
  }

  /// What somebody signs in with may change here while the organization is looked at there.
  private static void requireNoOldPassword() {
    var changed =
        Http.send(
            "PUT",
            server.url() + "/auth/v1/admin/users/" + world.id("north-mentor"),
            "{\"password\": \"changed after the copy 42\"}",
            "Host",
            host(from),
            "apikey",
            from.keys().serviceRoleKey().reveal(),
            "Authorization",
            "Bearer " + from.keys().serviceRoleKey().reveal(),
            "Content-Type",
            "application/json");
    assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
    var refused = step("remove");
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(409);
    assertThat(refused.body()).contains("password or second factor of 1 members", "--again");
    assertThat(signIn(to, "north-mentor", "changed after the copy 42").statusCode()).isEqualTo(400);
    assertThat(moveOut("--yes", "--keep", "--again")).contains("It is in both projects now");
    assertThat(signIn(to, "north-mentor", "changed after the copy 42").statusCode()).isEqualTo(200);
  }

  /// What accounts and their profiles are given here after the copy is not removed with them.
  private static void requireNoOldProfile() {
    var id = world.id("north-mentor");
    for (var change :
        List.of(
            "update auth.users set raw_user_meta_data = '{\"name\": \"new\"}' where id = '%s'",
            "update auth.users set raw_app_meta_data = '{\"plan\": \"new\"}' where id = '%s'",
            "update auth.users set role = 'reader' where id = '%s'",
            "update auth.users set role = 'authenticated' where id = '%s'",
            "update public.profiles set preferred_locale = 'en' where id = '%s'")) {
      requireRefusedUntilAgain(change.formatted(id));
    }
    var key = from.keys().serviceRoleKey().reveal();
    var sealed =
        Http.send(
            "PATCH",
            server.url() + "/rest/v1/profiles?id=eq." + id,
            "{\"phone\": \"+4711223344\"}",
            "Host",
            host(from),
            "apikey",
            key,
            "Authorization",
            "Bearer " + key,
            "Content-Type",
            "application/json");
    assertThat(sealed.statusCode()).as(sealed.body()).isEqualTo(204);
    requireRefusedUntilAgain("select");
  }

  /// A row that the schema keeps for each account may be gone in the other project.
  private static void requireNoMissingProfile() {
    var id = world.id("north-mentor");
    TestPostgres.execute(
        to.admin().login(), "delete from public.profiles where id = '%s'".formatted(id));
    var refused = step("remove");
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(409);
    assertThat(moveOut("--yes", "--keep", "--again")).contains("It is in both projects now");
    assertThat(
            value(
                to,
                "select format('%%s %%s', display_name, left(phone::text, 4)) from public.profiles where id = '%s'"
                    .formatted(id)))
        .isEqualTo("Mentor of North pd1.");
  }

  /// What people sign in with besides a password.
  private static void requireNoLostPasskey() {
    var id = world.id("north-mentor");
    for (var change :
        List.of(
            "insert into auth.webauthn_credentials (id, user_id, credential_id, public_key, friendly_name)"
                + " values (gen_random_uuid(), '%s', 'one', 'key', 'Phone')",
            "delete from auth.webauthn_credentials where user_id = '%s'",
            "insert into auth.webauthn_credentials (id, user_id, credential_id, public_key, friendly_name)"
                + " values (gen_random_uuid(), '%s', 'one', 'key', 'Phone')",
            "update auth.identities set identity_data = identity_data || '{\"name\": \"Kari\"}' where user_id = '%s'")) {
      requireRefusedUntilAgain(change.formatted(id));
    }
    requireRefusedUntilAgain(
        to,
        "insert into auth.webauthn_credentials (id, user_id, credential_id, public_key)"
            + " values (gen_random_uuid(), '%s', 'other', 'key')"
                .formatted(world.id("north-admin")));
    TestPostgres.execute(
        from.admin().login(),
        "update auth.webauthn_credentials set sign_count = 7, last_used_at = now()");
  }

  private static void requireRefusedUntilAgain(String change) {
    requireRefusedUntilAgain(from, change);
  }

  private static void requireRefusedUntilAgain(Project project, String change) {
    TestPostgres.execute(project.admin().login(), change);
    var refused = step("remove");
    assertThat(refused.statusCode()).as(change + refused.body()).isEqualTo(409);
    assertThat(refused.body()).as(change).contains("The profile, role", "of 1 members", "--again");
    assertThat(moveOut("--yes", "--keep", "--again")).contains("It is in both projects now");
  }

  @Test
  @Order(1)
  void itIsTriedFirst() {
    assertThat(moveOut())
        .containsPattern("public.contacts +3\\n")
        .contains("Accounts: 4 to come; 1 members keep theirs here, too.", "Nothing was changed");
    assertThat(value(to, "select count(*) from auth.users")).isEqualTo("0");
    var api = new OperatorApi(server);
    var route = "/admin/v1/projects/" + from.name() + "/organizations/" + north + "/move-out";
    assertThat(api.send("POST", route, "{}").statusCode()).isEqualTo(401);
    var account = api.account("operator@example.org", "operator");
    var token =
        OperatorApi.text(
            api.signIn(account.email(), OperatorApi.PASSWORD, account.code(0)), "access_token");
    assertThat(api.bearer(token, "POST", route, body("copy")).statusCode()).isEqualTo(403);
    assertThat(api.command("POST", route, body("remove")).statusCode())
        .as("nothing is there yet")
        .isEqualTo(409);
  }

  @Test
  @Order(2)
  void itIsThereWithItsPeopleAndFilesAndNothingOfItIsLeft() throws Exception {
    var before = rowsOf(north);
    assertThat(before).contains("contacts", "memberships", "objects");
    requireNoOtherAccount();
    assertThat(moveOut("--yes", "--keep")).contains("It is in both projects now");
    assertThat(rowsOf(north)).isEqualTo(before);
    requireNoInvitation();
    requireNothingIsReverted();
    requireNoWriteIsLost();
    requireNoOldPassword();
    requireNoOldProfile();
    requireNoMissingProfile();
    requireNoLostPasskey();
    TestPostgres.execute(
        from.admin().login(),
        "update stabbur.application_tokens set revoked_at = now() where name = 'ci'");
    program("late", north, "null");
    assertThat(moveOut("--yes"))
        .contains("removed here: accounts 2, kept as rows of others name them 1");

    var contacts = own("/rest/v1/contacts?select=full_name&order=id", service()).body();
    assertThat(Json.parse(contacts).values())
        .hasSize(3)
        .allMatch(row -> Client.text(row, "full_name").startsWith("north contact "));
    assertThat(value(to, "select full_name::text from public.contacts limit 1"))
        .as("encrypted with the other project's key")
        .startsWith("pd1.");
    var profile =
        own("/rest/v1/profiles?select=display_name,phone&phone=not.is.null", service()).body();
    assertThat(Json.parse(profile).values())
        .singleElement()
        .satisfies(
            row -> {
              assertThat(Client.text(row, "display_name")).isEqualTo("Mentor of North");
              assertThat(Client.text(row, "phone")).isEqualTo("+4711223344");
            });
    assertThat(own(path("north", north), service()).body()).isEqualTo("%PDF-1.4 receipt of north");
    assertThat(value(to, "select count(*) from auth.mfa_factors")).isEqualTo("1");
    assertThat(
            value(
                to,
                "select string_agg(encode(credential_id, 'escape') || ' ' || friendly_name, ',') from auth.webauthn_credentials"))
        .isEqualTo("one Phone");
    assertThat(
            value(
                to,
                "select string_agg(name || case when revoked_at is null then '' else ' ended' end, ', ' order by name)"
                    + " from stabbur.application_tokens where identity = stabbur.identity()"))
        .as("tokens of programs")
        .isEqualTo("ci ended, ended ended, late");
    assertThat(value(to, "select count(*) from public.staff"))
        .as("rows of some accounts, which may be rights")
        .isEqualTo("0");
    assertThat(value(to, "select string_agg(handle, ',') from public.handles"))
        .isEqualTo("northern");
    for (var person : List.of("north-admin", "both")) {
      var answer = signIn(to, person);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
    assertThat(signIn(from, "north-admin").statusCode()).isEqualTo(400);
    assertThat(signIn(from, "both").statusCode()).isEqualTo(200);

    assertThat(rowsOf(north)).isEmpty();
    assertThat(rowsOf(south)).isEqualTo(others);
  }
}
