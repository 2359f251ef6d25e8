package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.json.Json;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The audit log: what is written, that it stays, and that a later change shows.
class AuditTest {
  /// A superuser's new version of the whole log, hashes and all.
  private static final String REWRITE =
      """
      set session_replication_role = replica;
      do $$
      declare
        entry record;
        before bytea;
      begin
        for entry in select * from public.audit_log order by chain, sequence loop
          before := coalesce((select hash from public.audit_log where chain = entry.chain and sequence = entry.sequence - 1), '');
          update public.audit_log set actor_role = 'nobody', hash = private.audit_digest(before, entry.sequence,
            entry.organization_id, entry.actor_id, 'nobody', entry.action, entry.table_name, entry.row_id, entry.changed, entry.occurred_at)
          where id = entry.id;
        end loop;
        update private.audit_heads h set hash = (select hash from public.audit_log a where a.chain = h.chain and a.sequence = h.sequence);
      end $$\
      """;

  private final World world = new World(TestServer.shared());

  @Test
  void changesAreWrittenWithTheirActorAndPersonalValuesMasked() {
    var organization = world.organization("admin");
    world.member(organization, "mentor", "peer_mentor");
    var contact =
        Client.text(
            world
                .as("mentor")
                .made("/rest/v1/contacts", Client.object("full_name", "Secret Person")),
            "id");
    world
        .as("mentor")
        .patch("/rest/v1/contacts?id=eq." + contact, Client.object("notes", "Secret"));

    var entries = world.as("admin").rows("/rest/v1/audit_log?table_name=eq.contacts&order=id");

    assertThat(entries)
        .extracting(e -> Client.text(e, "action"))
        .containsExactly("insert", "update");
    assertThat(entries)
        .allSatisfy(
            entry -> {
              assertThat(Client.text(entry, "actor_id")).isEqualTo(world.id("mentor"));
              assertThat(Client.text(entry, "actor_role")).isEqualTo("peer_mentor");
              assertThat(Client.text(entry, "row_id")).isEqualTo(contact);
              assertThat(Json.write(entry)).doesNotContain("Secret").doesNotContain("pd1.");
            });
    assertThat(Client.text(Client.field(entries.getFirst(), "changed"), "full_name"))
        .isEqualTo("***");
  }

  @Test
  void signInsRoleChangesAndServiceWritesAreWritten() {
    var organization = world.organization("admin");
    world.member(organization, "mentor", "peer_mentor");
    var _ = world.as("mentor");
    var admin = world.as("admin");
    admin.patch(
        "/rest/v1/memberships?user_id=eq." + world.id("mentor"),
        Client.object("role", "coordinator"));

    var entries = admin.rows("/rest/v1/audit_log?order=id");

    assertThat(entries)
        .extracting(e -> Client.text(e, "action") + " " + Client.text(e, "actor_role"))
        .contains("sign_in peer_mentor", "sign_in org_admin", "role_changed org_admin")
        .contains("insert service_role");
  }

  @Test
  void anEntryIsForItsOrganizationsAdminsAndThePlatform() {
    var here = world.organization("admin");
    var there = world.organization("other");
    world.account("global");
    var _ =
        world.service.made(
            "/rest/v1/platform_admins", Client.object("user_id", world.id("global")));

    assertThat(organizations(world.as("admin"))).containsOnly(here);
    assertThat(organizations(world.as("other"))).containsOnly(there);
    assertThat(organizations(world.as("global"))).contains(here, there);
  }

  @Test
  void isNotChangedByAnybodyThroughTheApi() {
    world.organization("admin");

    for (var client : List.of(world.as("admin"), world.service)) {
      assertThat(client.delete("/rest/v1/audit_log?id=gt.0").statusCode()).isEqualTo(403);
      assertThat(
              client.patch("/rest/v1/audit_log?id=gt.0", "{\"action\": \"nothing\"}").statusCode())
          .isEqualTo(403);
    }
  }

  @Test
  void whatASuperuserChangesIsReported() {
    try (var server = TestServer.start(Map.of())) {
      var own = new World(server);
      var organization = own.organization("admin");
      own.member(organization, "mentor", "peer_mentor");
      var _ = own.as("mentor").made("/rest/v1/contacts", Client.object("full_name", "X"));
      assertThat(problems(own)).isEmpty();
      assertThat(own.service.get("/admin/v1/findings").body()).isEqualTo("[]");

      asSuperuser(
          server,
          """
          set session_replication_role = replica;
          update public.audit_log set actor_role = 'nobody' where table_name = 'contacts'\
          """);
      assertThat(problems(own)).hasSize(1).first().asString().contains("was changed");

      asSuperuser(
          server,
          """
          set session_replication_role = replica;
          delete from public.audit_log where table_name = 'contacts'\
          """);
      assertThat(problems(own)).first().asString().contains("missing");
    }
  }

  @Test
  void anOpenTableIsReportedToo() {
    try (var server = TestServer.start(Map.of())) {
      asSuperuser(
          server,
          """
          create table public.open_table (id integer);
          grant select on public.open_table to anon\
          """);

      assertThat(Client.service(server).get("/admin/v1/advisor").body())
          .contains("rls_disabled_in_public_public_open_table");
      assertThat(Client.service(server).get("/admin/v1/findings").body())
          .doesNotContain("may log statement parameters");

      asSuperuser(server, "alter system set log_parameter_max_length = -1");
      asSuperuser(server, "alter system set log_statement = 'all'");
      asSuperuser(server, "select pg_reload_conf()");
      asSuperuser(server, "select pg_sleep(0.5)");

      assertThat(Client.service(server).get("/admin/v1/findings").body())
          .contains("may log statement parameters");
    }
  }

  @Test
  void aChainWrittenAnewFromTheStartDoesNotMatchTheSeal() {
    try (var server = TestServer.start(Map.of())) {
      var own = new World(server);
      own.member(own.organization("admin"), "mentor", "peer_mentor");
      seal(own);
      assertThat(problems(own)).isEmpty();

      asSuperuser(server, REWRITE);

      assertThat(problems(own)).isNotEmpty().allMatch(problem -> problem.contains("seal"));
    }
  }

  @Test
  void sealsThatAreTakenAwayAreMissed() {
    try (var server = TestServer.start(Map.of())) {
      var own = new World(server);
      var organization = own.organization("admin");
      own.member(organization, "mentor", "peer_mentor");
      seal(own);
      own.member(organization, "colleague", "peer_mentor");
      seal(own);
      assertThat(problems(own)).isEmpty();

      asSuperuser(server, "delete from private.audit_seals where number = 2");
      assertThat(problems(own)).isNotEmpty().allMatch(problem -> problem.contains("missing"));

      asSuperuser(server, "delete from private.audit_seals");
      asSuperuser(server, REWRITE);
      seal(own);

      assertThat(problems(own))
          .as("and no new seal covers it")
          .isNotEmpty()
          .allMatch(problem -> problem.contains("missing or changed"));
      assertThat(new Owner(server).text("select count(*) from private.audit_seals")).isEqualTo("0");
    }
  }

  @Test
  void anOriginNobodySignedExcusesNothing() {
    try (var server = TestServer.start(Map.of())) {
      var own = new World(server);
      var organization = own.organization("admin");
      own.member(organization, "mentor", "peer_mentor");
      seal(own);
      assertThat(problems(own)).isEmpty();

      asSuperuser(
          server,
          """
          set session_replication_role = replica;
          insert into private.audit_origins (chain, sequence, hash)
            select chain, sequence, hash from public.audit_log where organization_id = '%1$s' and action <> 'sign_in'
            order by sequence desc limit 1;
          delete from public.audit_log where organization_id = '%1$s' and action <> 'sign_in'\
          """
              .formatted(organization));

      assertThat(problems(own)).anyMatch(problem -> problem.contains("did not sign"));
    }
  }

  @Test
  void whoSignsInDoesNotWaitForTheOrganizationsWriters() throws Exception {
    var organization = world.organization("admin");
    var person = world.member(organization, "mentor", "peer_mentor");
    var login = TestServer.shared().project().admin().login();
    try (var connection =
            java.sql.DriverManager.getConnection(
                login.url(), login.user(), login.password().reveal());
        var writer = connection.createStatement()) {
      connection.setAutoCommit(false);
      writer.executeUpdate(
          "insert into public.activities (organization_id, user_id) values ('%s', '%s')"
              .formatted(organization, person));

      var client = world.as("mentor");

      assertThat(client.rows("/rest/v1/activities")).isEmpty();
      connection.rollback();
    }
    assertThat(world.as("admin").rows("/rest/v1/audit_log?action=eq.sign_in")).hasSize(2);
    assertThat(problems(world)).isEmpty();
  }

  @Test
  void oldMonthsAreDroppedAndTheChainStillHolds() {
    try (var server = TestServer.start(Map.of("stabbur.upkeep.audit-months", 12))) {
      var own = new World(server);
      own.organization("admin");
      asSuperuser(
          server,
          """
          set session_replication_role = replica;
          alter table public.audit_log detach partition private.audit_log_rest;
          create table private.audit_log_2020_01 partition of public.audit_log
            for values from ('2020-01-01 00:00+00') to ('2020-02-01 00:00+00');
          alter table public.audit_log attach partition private.audit_log_rest default;
          update public.audit_log set occurred_at = '2020-01-15' where sequence = 1;
          update public.audit_log a set hash = private.audit_digest('', sequence, organization_id, actor_id, actor_role, action, table_name, row_id, changed, occurred_at)
          where sequence = 1;
          update public.audit_log a set hash = private.audit_digest(
            (select hash from public.audit_log b where b.chain = a.chain and b.sequence = 1),
            sequence, organization_id, actor_id, actor_role, action, table_name, row_id, changed, occurred_at) where sequence = 2;
          delete from public.audit_log where sequence > 2;
          update private.audit_heads h set (sequence, hash) =
            (select sequence, hash from public.audit_log a where a.chain = h.chain order by sequence desc limit 1)\
          """);
      seal(own);
      assertThat(problems(own)).isEmpty();

      assertThat(own.service.post("/admin/v1/audit/retention", "").body())
          .isEqualTo("{\"dropped\":1}");

      var owner = new Owner(server);
      assertThat(
              owner.text("select count(*) from public.audit_log where occurred_at < '2021-01-01'"))
          .isEqualTo("0");
      assertThat(owner.text("select count(*) from private.audit_origins")).isNotEqualTo("0");
      assertThat(problems(own)).isEmpty();
      own.member(own.organization("another"), "mentor", "peer_mentor");
      seal(own);
      assertThat(problems(own)).isEmpty();
    }
  }

  private static List<String> organizations(Client client) {
    return client
        .rows("/rest/v1/audit_log?select=organization_id&organization_id=not.is.null&order=id.desc")
        .stream()
        .map(row -> Client.text(row, "organization_id"))
        .toList();
  }

  private static void seal(World world) {
    assertThat(world.service.post("/admin/v1/audit/seals", "").statusCode()).isEqualTo(204);
  }

  private static List<String> problems(World world) {
    return world.service.rows("/admin/v1/audit/problems").stream()
        .map((JsonNode problem) -> Json.write(problem))
        .toList();
  }

  private static void asSuperuser(TestServer server, String sql) {
    var login = server.project().admin().login();
    TestPostgres.execute(
        new Login(
            login.url(),
            "supabase_admin",
            server.project().keys().superuserPassword(),
            1,
            login.patience()),
        sql);
  }
}
