package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.stabbur.control.OperatorApi;
import io.stabbur.moving.Progress;
import io.stabbur.moving.Relocation;
import io.stabbur.moving.Switch;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.project.ClientPrograms;
import io.stabbur.project.DatabaseUrl;
import io.stabbur.project.Project;
import io.stabbur.project.Projects;
import io.stabbur.project.embedded.EmbeddedPostgres;
import io.stabbur.testing.AtExit;
import io.stabbur.testing.DataTemplate;
import io.stabbur.testing.Http;
import io.stabbur.testing.InstalledPostgres;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// `stabbur project move` of a project to another database and back.
class ProjectMoveTest {
  private static final CommandServer SERVER = CommandServer.shared();
  private static final AtomicInteger STOPPED = new AtomicInteger();
  private static final InstalledPostgres POSTGRES = AtExit.close(InstalledPostgres.start());

  /// One of everything that is hard to move.
  static final String CONTENT =
      """
      create table public.entries (id bigint primary key generated always as identity, client int not null,
        n int not null, note text, double int generated always as (n * 2) stored, unique (client, n));
      create table public.loose (a int, b text);
      create table public.coded (id int, code int generated always as (id * 2) stored primary key, note text);
      insert into public.coded values (1, default, 'before');
      create materialized view public.codes as select count(*) as n from public.coded;
      create materialized view public.numbers as select count(*) as n from public.entries;
      create materialized view public.fragile as
        select 1 / (1 - (select count(*) from public.loose where b = 'breaks')) as n;
      create view public.seen with (security_invoker) as select a from public.loose;
      create function public.see() returns trigger language plpgsql security definer as
        $$ begin insert into public.loose values (new.n, 'triggered'); return null; end $$;
      create trigger see after insert on public.entries for each row when (mod(new.n, 10) = 0)
        execute function public.see();
      create trigger seen after insert on auth.users for each row execute function public.see_account();
      alter table public.entries enable row level security;
      create policy own on public.entries for select to authenticated using (note = auth.uid()::text);
      grant select on public.entries to reporting;
      create sequence public.tickets start 40;
      select nextval('public.tickets');
      select lo_from_bytea(4711, 'a large object');
      select lo_from_bytea(4712, convert_to(repeat('more than one piece ', 1000000), 'UTF8'));
      select lo_create(4713);
      grant select on large object 4711 to reporting;
      alter role reporting in database %s set search_path = public, extensions;
      insert into auth.users (id, email, encrypted_password)
      values ('00000000-0000-4000-8000-000000000001', 'kari@example.org', 'digest');
      insert into public.entries (client, n, note) select 0, n, repeat('x', 3000) from generate_series(1, 20) n;
      """;

  private static final String ACCOUNT_TRIGGER =
      """
      create function public.see_account() returns trigger language plpgsql security definer as
        $$ begin insert into public.loose values (0, new.email); return null; end $$;
      """;

  /// What both databases must answer alike.
  static final String SAME =
      """
      select md5(string_agg(t, ',' order by t)) from (
        select e::text as t from public.entries e union all select l::text from public.loose l
        union all select c::text from public.coded c
        union all select u::text from auth.users u union all select k::text from stabbur.api_keys k
        union all select id::text from stabbur.project_identity
        union all select reference from stabbur.project_reference
        union all select last_value::text from public.tickets
        union all select format('%s %s', oid, md5(lo_get(oid))) || lomacl::text from pg_largeobject_metadata
        union all select format('%s %s', tablename, policyname) from pg_policies
        union all select format('%s %s', tgname, tgrelid::regclass) from pg_trigger where not tgisinternal and not tgname ^@ 'stabbur_moved'
        union all select has_table_privilege('reporting', 'public.entries', 'select')::text
        union all select s::text from pg_db_role_setting d, unnest(setconfig) s
          where setrole = 'reporting'::regrole
            and setdatabase = (select oid from pg_database where datname = current_database())) x\
      """;

  @BeforeAll
  static void add() {
    TestPostgres.execute(POSTGRES.superuser(), "create role reporting");
    for (var database : List.of("choir", "choir2")) {
      TestPostgres.execute(POSTGRES.superuser(), "create database " + database);
    }
    var _ =
        SERVER.runWithInput(
            url("choir") + "\n",
            "project",
            "add",
            "moving",
            "--host",
            "moving.example.org",
            "--database-url-stdin");
    TestPostgres.execute(login("choir"), ACCOUNT_TRIGGER + CONTENT.formatted("choir"));
  }

  private static String url(String database) {
    return url(POSTGRES, database);
  }

  static String url(InstalledPostgres postgres, String database) {
    return DatabaseUrl.of(postgres.superuser()).replaceFirst("/postgres$", "/" + database);
  }

  private static Login login(String database) {
    return DatabaseUrl.parse(url(database)).login();
  }

  private static String value(String database, String sql) {
    return String.valueOf(TestPostgres.value(login(database), sql));
  }

  private static Project project(String name) {
    return SERVER.server().bean(Projects.class).awake(name).orElseThrow();
  }

  private static String secret() {
    return project("moving").keys().secretKey().reveal();
  }

  private static void write(int n) {
    var answer = answer(n);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
  }

  private static HttpResponse<String> answer(int n) {
    return Http.post(
        SERVER.server().url() + "/rest/v1/entries",
        "{\"client\": 1, \"n\": %d}".formatted(n),
        "Host",
        "moving.example.org",
        "apikey",
        secret(),
        "Content-Type",
        "application/json");
  }

  /// A program that knows nothing of Stabbur, and of no default that is set for the database.
  private static void requireRefused(Connection program, String sql) {
    assertThatThrownBy(
            () -> {
              try (var statement = program.createStatement()) {
                statement.execute("begin read write; " + sql + "; commit");
              } finally {
                program.rollback();
              }
            })
        .as(sql)
        .hasMessageContaining("database_moved");
  }

  private static Connection program(String database) throws SQLException {
    var login = login(database);
    var connection =
        DriverManager.getConnection(login.url(), login.user(), login.password().reveal());
    connection.setAutoCommit(false);
    return connection;
  }

  private static void requireFenced(Connection program) {
    requireRefused(program, "update public.entries set client = 99");
    requireRefused(program, "truncate public.loose");
    requireRefused(program, "delete from auth.users");
    requireRefused(program, "create table public.late (id int)");
  }

  private static String move(String... arguments) {
    return SERVER.runWithInput(url("choir2") + "\n", arguments);
  }

  private static Switch servers(Exception atChange) {
    return new Switch() {
      @Override
      public void hold() {
        // programs that know nothing of Stabbur do not wait either
      }

      @Override
      public void release() {
        // as above
      }

      @Override
      public void change() throws Unsure {
        switch (atChange) {
          case Unsure unsure -> throw unsure;
          case RuntimeException refused -> throw refused;
          default -> throw new AssertionError(atChange);
        }
      }
    };
  }

  private static void requireStopped(
      Exception atChange, Progress progress, String what, int status) {
    try (var relocation =
        Relocation.open(login("choir"), login("choir3"), ClientPrograms.installed(), progress)) {
      assertThatThrownBy(() -> relocation.run(servers(atChange))).hasMessageContaining(what);
    }
    assertThat(answer(-STOPPED.incrementAndGet()).statusCode()).isEqualTo(status);
  }

  /// Servers of which one thing is done between the comparison and the fence.
  private static Switch servers(String sql, Runnable atChange) {
    return new Switch() {
      private int held;

      @Override
      public void hold() {
        if (++held == 2) {
          TestPostgres.execute(login("choir"), sql);
        }
      }

      @Override
      public void release() {
        // programs that know nothing of Stabbur do not wait either
      }

      @Override
      public void change() {
        atChange.run();
        throw new StartFailure("held no longer");
      }
    };
  }

  /// Sequences, large objects and new tables have no rows that triggers could guard.
  @Test
  @Tag("nightly")
  void whatChangesBetweenTheComparisonAndTheFenceComesOverOrStopsTheMove() {
    TestPostgres.execute(POSTGRES.superuser(), "create database choir5");
    var _ =
        SERVER.commandWithInput(
            url("choir5") + "\n", "project", "move", "moving", "--to", "-", "--dry-run");
    Progress silent = (_, _, _) -> {};
    try (var relocation =
        Relocation.open(login("choir"), login("choir5"), ClientPrograms.installed(), silent)) {
      var servers =
          servers(
              "select nextval('public.tickets'), lo_put(4713, 0, 'late')",
              () ->
                  assertThat(
                          value(
                              "choir5",
                              "select last_value || ' ' || convert_from(lo_get(4713), 'UTF8') from"
                                  + " public.tickets"))
                      .isEqualTo(
                          value("choir", "select last_value || ' late' from public.tickets")));
      assertThatThrownBy(() -> relocation.run(servers)).hasMessageContaining("held no longer");
    }
    try (var relocation =
        Relocation.open(login("choir"), login("choir5"), ClientPrograms.installed(), silent)) {
      var servers =
          servers(
              "create table public.late (id int)",
              () -> {
                throw new AssertionError("changed over");
              });
      assertThatThrownBy(() -> relocation.run(servers)).hasMessageContaining("were changed since");
    }
    TestPostgres.execute(login("choir"), "drop table public.late");
    write(-STOPPED.incrementAndGet());
    assertThat(Relocation.letGo(login("choir"), false)).isTrue();
  }

  /// A slot waits for what is under way in other databases of its server, too.
  @Test
  @Tag("nightly")
  void aLongTransactionOfTheTargetsServerHoldsUpNoWrite() throws SQLException {
    TestPostgres.execute(POSTGRES.superuser(), "create database choir8");
    var _ =
        SERVER.commandWithInput(
            url("choir8") + "\n", "project", "move", "moving", "--to", "-", "--dry-run");
    try (var other = program("postgres");
        var statement = other.createStatement();
        var ends = Executors.newVirtualThreadPerTaskExecutor()) {
      Progress begins =
          (what, _, _) -> {
            if (what.equals("following")) {
              execute(statement, "select pg_current_xact_id()");
            }
          };
      var servers =
          new Switch() {
            private long held;
            private long changed;

            @Override
            public void hold() {
              if (held == 0) {
                held = System.nanoTime();
                // a move that waits for it goes on then
                var _ = ends.submit(() -> endAfter(statement, Duration.ofSeconds(15)));
              }
            }

            @Override
            public void release() {
              // programs that know nothing of Stabbur do not wait either
            }

            @Override
            public void change() {
              changed = System.nanoTime();
              throw new StartFailure("held no longer");
            }
          };
      try (var relocation =
          Relocation.open(login("choir"), login("choir8"), ClientPrograms.installed(), begins)) {
        assertThatThrownBy(() -> relocation.run(servers)).hasMessageContaining("held no longer");
      }
      assertThat(Duration.ofNanos(servers.changed - servers.held))
          .isLessThan(Duration.ofSeconds(10));
      ends.shutdownNow();
    }
    assertThat(
            value(
                "choir8",
                "select count(*) from pg_replication_slots where database = current_database()"))
        .as("kept for no way back")
        .isEqualTo("0");
    assertThat(SERVER.run("project", "move", "moving", "--done")).contains("is forgotten");
  }

  private static void execute(java.sql.Statement statement, String sql) {
    try {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static void endAfter(java.sql.Statement statement, Duration time) {
    try {
      Thread.sleep(time);
      execute(statement, "rollback");
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// The stream of changes tells neither a column that Postgres computes, be it the key, nor the
  /// content of a materialized view.
  @Test
  @Tag("nightly")
  void whatPostgresComputesComesOver() {
    TestPostgres.execute(POSTGRES.superuser(), "create database choir9");
    var _ =
        SERVER.commandWithInput(
            url("choir9") + "\n", "project", "move", "moving", "--to", "-", "--dry-run");
    Progress writes =
        (what, name, _) -> {
          if (what.equals("compare") && name.equals("public.coded")) {
            TestPostgres.execute(
                login("choir"),
                "update public.coded set note = 'after' where id = 1; insert into public.coded (id,"
                    + " note) select max(id) + 1, 'new' from public.coded; insert into"
                    + " public.entries (client, n) values (9, 9); refresh materialized view"
                    + " public.codes; refresh materialized view public.numbers");
          }
        };
    try (var relocation =
        Relocation.open(login("choir"), login("choir9"), ClientPrograms.installed(), writes)) {
      assertThatThrownBy(() -> relocation.run(servers(new StartFailure("held no longer"))))
          .hasMessageContaining("held no longer");
    }
    assertThat(value("choir9", SAME)).isEqualTo(value("choir", SAME));
    for (var view : List.of("codes", "numbers")) {
      assertThat(value("choir9", "select n from public." + view))
          .as(view)
          .isEqualTo(value("choir", "select n from public." + view));
    }
    assertThat(Relocation.letGo(login("choir"), false)).isTrue();
  }

  @Test
  @Tag("nightly")
  void anEmbeddedProjectMovesOutOfItsProcess() {
    assumeTrue(hasPrograms(), "the embedded Postgres is newer than the pg_dump that is installed");
    var password = DataTemplate.PASSWORD;
    try (var engine = EmbeddedPostgres.start(DataTemplate.EMPTY.newCopy(), null, password)) {
      var target =
          new Login(
              engine.jdbcUrl(), EmbeddedPostgres.SUPERUSER, password, 1, Duration.ofSeconds(10));
      var _ = SERVER.run("project", "add", "quartet", "--host", "quartet.example.org");
      TestPostgres.execute(
          project("quartet").admin().login(),
          "create table public.notes (id int primary key); grant all on public.notes to"
              + " service_role; insert into public.notes values (1)");
      assertThat(
              SERVER.runWithInput(
                  DatabaseUrl.of(target) + "\n", "project", "move", "quartet", "--to", "-"))
          .contains("Moved and compared", "no way leads back");
      var answer =
          Http.post(
              SERVER.server().url() + "/rest/v1/notes",
              "{\"id\": 2}",
              "Host",
              "quartet.example.org",
              "apikey",
              project("quartet").keys().secretKey().reveal(),
              "Content-Type",
              "application/json");
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
      assertThat(
              TestPostgres.value(
                  target, "select string_agg(id::text, ' ' order by id) from public.notes"))
          .isEqualTo("1 2");
      assertThat(
              TestPostgres.value(
                  target,
                  "select count(*) from pg_replication_slots where slot_name like 'stabbur_move%'"))
          .isEqualTo("0");
      assertThat(SERVER.refusal("project", "move", "quartet", "--back")).contains("was not moved");
      var _ = SERVER.run("project", "remove", "quartet");
    }
  }

  @Test
  @Tag("nightly")
  void aChangeWhoseAnswerIsLostCountsAsItIsWrittenDown() throws IOException {
    // roles, and their passwords, are those of a whole server
    var postgres = AtExit.close(InstalledPostgres.start());
    TestPostgres.execute(postgres.superuser(), "create database choir6");
    TestPostgres.execute(postgres.superuser(), "create database choir7");
    var _ =
        SERVER.runWithInput(
            url(postgres, "choir6") + "\n",
            "project",
            "add",
            "lost",
            "--host",
            "lost.example.org",
            "--database-url-stdin");
    var http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext("/", ProjectMoveTest::passOnAndLoseTheAnswerOfASwitch);
    http.start();
    var command = new RunningServer();
    command.data = SERVER.server().project().folder();
    command.note("LOCAL_URL", "http://127.0.0.1:" + http.getAddress().getPort());
    try {
      assertThat(
              SERVER.runWithInput(
                  url(postgres, "choir7") + "\n", "project", "move", "lost", "--to", "-"))
          .contains("Moved and compared");
    } finally {
      command.note("LOCAL_URL", SERVER.server().url());
      http.stop(0);
    }
    assertThat(project("lost").admin().login().url()).endsWith("/choir7");
    assertThat(SERVER.run("project", "move", "lost", "--done")).contains("is let go");
    var _ = SERVER.run("project", "remove", "lost");
  }

  private static void passOnAndLoseTheAnswerOfASwitch(HttpExchange exchange) throws IOException {
    var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    var answer =
        Http.send(
            exchange.getRequestMethod(),
            SERVER.server().url() + exchange.getRequestURI(),
            body,
            "Authorization",
            exchange.getRequestHeaders().getFirst("Authorization"),
            "Content-Type",
            "application/json");
    if (!body.contains("\"switch\"")) {
      var sent = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(answer.statusCode(), sent.length == 0 ? -1 : sent.length);
      exchange.getResponseBody().write(sent);
    }
    exchange.close();
  }

  private static boolean hasPrograms() {
    try {
      return ClientPrograms.installed().suiting("pg_dump", 17, false).version() >= 17;
    } catch (StartFailure _) {
      return false;
    }
  }

  @Test
  @Tag("nightly")
  void whatStopsAMoveLosesNoWrite() throws SQLException {
    TestPostgres.execute(POSTGRES.superuser(), "create database choir3");
    TestPostgres.execute(login("choir"), "alter table public.entries enable always trigger see");
    assertThat(
            SERVER
                .commandWithInput(
                    url("choir3") + "\n", "project", "move", "moving", "--to", "-", "--dry-run")
                .output())
        .contains("The trigger see on public.entries fires for rows that are copied");
    TestPostgres.execute(login("choir"), "alter table public.entries enable trigger see");
    Progress silent = (_, _, _) -> {};
    requireStopped(new Switch.Unsure(new StartFailure("lost")), silent, "does not say", 503);
    assertThat(Relocation.letGo(login("choir"), false)).isTrue();
    write(-STOPPED.incrementAndGet());
    try (var reader = program("choir");
        var statement = reader.createStatement()) {
      statement.execute("select from public.entries limit 1");
      requireStopped(new StartFailure("held no longer"), silent, "held no longer", 201);
      assertThat(value("choir", "select to_regnamespace('stabbur_moved') is null")).isEqualTo("f");
      TestPostgres.execute(
          login("choir"),
          "begin; update public.entries set note = 'n' where n = 1; delete from public.entries"
              + " where n = 2; truncate public.loose; create table public.late (); rollback");
      requireStopped(new Switch.Unsure(new StartFailure("lost")), silent, "does not say", 503);
      try (var program = program("choir")) {
        requireFenced(program);
      }
    }
    requireStopped(new StartFailure("held no longer"), silent, "held no longer", 201);
    assertThat(value("choir", "select to_regnamespace('stabbur_moved') is null")).isEqualTo("t");
    Progress changes =
        (what, _, _) -> {
          if (what.equals("following")) {
            TestPostgres.execute(
                login("choir"), "alter view public.seen set (security_invoker = false)");
          }
        };
    requireStopped(new StartFailure("not reached"), changes, "were changed since", 201);
    assertThat(Relocation.letGo(login("choir"), false)).isTrue();
  }

  /// A quarter of a minute on two busy cores.
  @Test
  @Tag("nightly")
  void aProjectMovesWithAllThatItHasAndComesBackWithWhatWasWrittenSince() throws SQLException {
    write(1);
    var before = program("choir");
    assertThat(move("project", "move", "moving", "--to", "-", "--dry-run"))
        .contains(
            "table auth.users: 1 rows",
            "by the stream of changes; tables without a key whole while writes wait: public.coded,"
                + " public.loose",
            "Nothing was moved.")
        .containsPattern("table public.entries: 2[0-9] rows")
        .doesNotContain("Conflicts", "event trigger");
    assertThat(value("choir2", "select to_regclass('public.entries') is null")).isEqualTo("t");

    assertThat(move("project", "move", "moving", "--to", "-")).contains("Moved and compared");
    assertThat(value("choir2", SAME)).isEqualTo(value("choir", SAME));
    assertThat(value("choir2", "select count(*) from public.loose where b like '%@%'"))
        .as("triggers fire once")
        .isEqualTo("1");
    assertThat(SERVER.run("project", "show", "moving")).contains("database-url: (set)");
    assertThat(
            SERVER.refusalWithInput(url("choir2") + "\n", "project", "move", "moving", "--to", "-"))
        .contains("The project was moved before");
    requireFenced(before);
    before.close();

    write(10);
    assertThat(value("choir2", "select count(*) from public.entries where n = 10 and client = 1"))
        .isEqualTo("1");
    assertThat(value("choir", "select count(*) from public.entries where n = 10 and client = 1"))
        .isEqualTo("0");

    TestPostgres.execute(login("choir2"), "insert into public.loose values (10, 'breaks')");
    var back = SERVER.command("project", "move", "moving", "--back");
    assertThat(back.output()).contains("Moved and compared");
    assertThat(back.errors())
        .as("what a view refuses to compute stops no move")
        .isEqualToIgnoringNewLines(
            "stabbur: A materialized view has an older content; run where the project is now:"
                + " refresh materialized view public.fragile;");
    assertThat(value("choir", SAME)).isEqualTo(value("choir2", SAME));
    TestPostgres.execute(login("choir"), "delete from public.loose where b = 'breaks'");
    write(11);
    try (var program = program("choir2")) {
      requireFenced(program);
    }
    assertThat(value("choir", "select count(*) from public.entries where client = 1 and n > 9"))
        .isEqualTo("2");
    assertThat(SERVER.refusal("project", "move", "moving", "--back")).contains("was not moved");

    assertThat(move("project", "move", "moving", "--to", "-", "--dry-run"))
        .contains("Nothing was moved");
    try (var program = program("choir2")) {
      requireFenced(program);
    }

    // what differs in the target since comes again
    assertThat(move("project", "move", "moving", "--to", "-")).contains("Moved and compared");
    assertThat(value("choir2", SAME)).isEqualTo(value("choir", SAME));
    assertThat(SERVER.run("project", "move", "moving", "--done")).contains("is let go");
    for (var database : List.of("choir", "choir2")) {
      assertThat(
              value(database, "select count(*) from pg_publication where pubname like 'stabbur%'"))
          .isEqualTo("0");
      assertThat(value(database, "select to_regnamespace('stabbur_moving') is null"))
          .isEqualTo("t");
    }
    assertThat(value("choir", "select count(*) from pg_replication_slots where not temporary"))
        .isEqualTo("0");
  }

  /// Other processes know nothing of its move.
  @Test
  @Tag("nightly")
  void aProjectOfTheConfigurationIsRefusedWritesUntilItIsRestarted() {
    // the login of the API has one password in a server
    var postgres = AtExit.close(InstalledPostgres.start());
    for (var database : List.of("configured", "configured2", "control")) {
      TestPostgres.execute(postgres.superuser(), "create database " + database);
    }
    var server =
        CommandServer.of(
            AtExit.close(
                TestServer.start(
                    Map.of(
                        "stabbur.migrate",
                        false,
                        "stabbur.control.database-url",
                        url(postgres, "control"),
                        "stabbur.projects.default.database-url",
                        url(postgres, "configured")))));
    TestPostgres.execute(
        DatabaseUrl.parse(url(postgres, "configured")).login(),
        "create table public.notes (id int primary key); grant all on public.notes to"
            + " service_role");
    assertThat(
            server.runWithInput(
                url(postgres, "configured2") + "\n", "project", "move", "default", "--to", "-"))
        .contains("Moved and compared", "restart every process");
    assertThat(note(server)).isEqualTo(503);
    assertThat(server.refusal("project", "move", "default", "--done")).contains("has left");
    assertThat(
            server
                .commandWithInput(
                    url(postgres, "configured2") + "\n", "project", "move", "default", "--to", "-")
                .output())
        .contains("has left");
    assertThat(note(server)).isEqualTo(503);
    assertThat(
            server
                .commandWithInput(
                    url(postgres, "control") + "\n",
                    "project",
                    "move",
                    "default",
                    "--done",
                    "--stay",
                    "--other",
                    "-")
                .errors())
        .contains("has left for another database");
    assertThat(slots(postgres)).isEqualTo("1");
    assertThat(
            server.runWithInput(
                url(postgres, "configured2") + "\n",
                "project",
                "move",
                "default",
                "--done",
                "--stay",
                "--other",
                "-"))
        .contains("is forgotten");
    assertThat(slots(postgres)).isEqualTo("0");
    assertThat(note(server)).isEqualTo(201);
  }

  private static String slots(InstalledPostgres postgres) {
    return String.valueOf(
        TestPostgres.value(
            postgres.superuser(),
            "select count(*) from pg_replication_slots where slot_name like 'stabbur_move%'"));
  }

  private static int note(CommandServer server) {
    return Http.post(
            server.server().url() + "/rest/v1/notes",
            "{\"id\": 1}",
            "apikey",
            server.server().project().keys().secretKey().reveal(),
            "Content-Type",
            "application/json")
        .statusCode();
  }

  @Test
  void aTargetThatHoldsSomethingIsRefused() {
    TestPostgres.execute(POSTGRES.superuser(), "create database taken");
    TestPostgres.execute(login("taken"), "create table public.entries (id int)");
    var refused =
        SERVER.refusalWithInput(url("taken") + "\n", "project", "move", "moving", "--to", "-");
    assertThat(refused).contains("The move has conflicts and nothing was moved");
    write(2);
  }

  @Test
  void ownersAloneMoveProjects() {
    var api = new OperatorApi(SERVER.server());
    var path = "/admin/v1/projects/moving/move";
    assertThat(api.send("POST", path, "{\"step\": \"hold\"}").statusCode()).isEqualTo(401);
    var account = api.account("operator-of-moves@example.org", "operator");
    var token =
        OperatorApi.text(
            api.signIn(account.email(), OperatorApi.PASSWORD, account.code(0)), "access_token");
    assertThat(api.bearer(token, "POST", path, "{\"step\": \"hold\"}").statusCode()).isEqualTo(403);
    assertThat(api.command("POST", path, "{\"step\": \"fly\"}").statusCode()).isEqualTo(400);
    assertThat(
            api.command(
                    "POST", path, "{\"step\": \"switch\", \"database_url\": \"" + url("x") + "\"}")
                .body())
        .as("writes are not held")
        .contains("Writes are held no longer");
    assertThat(api.command("POST", path, "{\"step\": \"hold\"}").statusCode()).isEqualTo(204);
    var settings = "{\"settings\": {\"request-rate\": \"70\"}}";
    assertThat(api.command("PATCH", "/admin/v1/projects/moving", settings).statusCode())
        .as("the move wins")
        .isEqualTo(409);
    assertThat(api.command("POST", path, "{\"step\": \"release\"}").statusCode()).isEqualTo(204);
    assertThat(
            api.command("POST", "/admin/v1/projects/nobody/move", "{\"step\": \"hold\"}")
                .statusCode())
        .isEqualTo(404);
  }
}
