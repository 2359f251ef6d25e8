package io.stabbur.control;

import static io.stabbur.control.OperatorApi.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.MeterRegistry;
import io.stabbur.control.project.ProjectDesk;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.db.PlainCommand;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.json.Json;
import io.stabbur.project.ApiKey;
import io.stabbur.project.ApiKeyStore;
import io.stabbur.project.DatabaseUrl;
import io.stabbur.project.KeyFolder;
import io.stabbur.project.Project;
import io.stabbur.project.Projects;
import io.stabbur.project.SigningKeyStore;
import io.stabbur.testing.AtExit;
import io.stabbur.testing.Await;
import io.stabbur.testing.Http;
import io.stabbur.testing.InstalledPostgres;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Projects that are added while the server runs, each a database of one Postgres beside it; two
/// servers share a control database.
class RuntimeProjectsTest {
  private static final String PROJECTS = "/admin/v1/projects";
  private static final InstalledPostgres POSTGRES = AtExit.close(InstalledPostgres.start());
  private static final OperatorApi FIRST = server();
  private static final OperatorApi SECOND = server();

  private static OperatorApi server() {
    create("control");
    return new OperatorApi(
        AtExit.close(
            TestServer.start(
                Map.of(
                    "stabbur.control.database-url",
                    url("control"),
                    "stabbur.control.project-idle",
                    "2s",
                    "stabbur.operations.advisor.every",
                    "1s",
                    "stabbur.migrate",
                    false))));
  }

  private static void create(String database) {
    var _ =
        PlainCommand.run(
            POSTGRES.superuser(), "postgres", "test", "create database " + database, _ -> {});
  }

  private static String url(String database) {
    return url(database, POSTGRES.port());
  }

  private static String url(String database, int port) {
    return DatabaseUrl.of(POSTGRES.superuser())
        .replaceFirst(":\\d+/postgres$", ":" + port + "/" + database);
  }

  private static HttpResponse<String> add(String name, String more) {
    create(name);
    return again(name, more);
  }

  private static HttpResponse<String> again(String name, String more) {
    return added(FIRST, name, name, more);
  }

  private static HttpResponse<String> added(
      OperatorApi api, String name, String database, String more) {
    return api.command(
        "POST",
        PROJECTS,
        """
        {"name": "%s", "settings": {"hosts": "%s.example.org", "database-url": "%s",
          "admin-user": "postgres", "api-password": "a password of all"%s}}\
        """
            .formatted(name, name, url(database), more));
  }

  private static Project project(OperatorApi api, String name) {
    return api.server().bean(Projects.class).awake(name).orElseThrow();
  }

  /// A request of a client of the project.
  private static int ask(OperatorApi api, String name, String key) {
    return Http.get(
            api.server().url() + "/auth/v1/settings", "Host", name + ".example.org", "apikey", key)
        .statusCode();
  }

  private static int connections(String database) {
    Login login = POSTGRES.superuser();
    return Integer.parseInt(
        new ControlRows(login)
            .text(
                "select count(*)::text from pg_stat_activity where datname = '" + database + "'"));
  }

  @Test
  void aProjectIsServedByAllReplicasSuspendedResumedAndRemoved() {
    var made = add("north", "");
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    assertThat(text(made, "ref")).matches("[a-z]{20}");
    assertThat(made.body()).doesNotContain("a password of").contains("\"api-password\":\"(set)\"");
    var key = project(FIRST, "north").keys().publishableKey().reveal();

    assertThat(ask(FIRST, "north", key)).isEqualTo(200);
    Await.until("the change", Duration.ofSeconds(1), () -> isKnown(SECOND, "north"));
    assertThat(ask(SECOND, "north", key)).isEqualTo(200);
    assertThat(ask(FIRST, "north", FIRST.server().project().keys().publishableKey().reveal()))
        .isEqualTo(401);

    assertThat(FIRST.command("POST", PROJECTS + "/north/suspend", "{}").statusCode())
        .isEqualTo(200);
    assertThat(ask(FIRST, "north", key)).isEqualTo(503);
    Await.until("the change", Duration.ofSeconds(1), () -> ask(SECOND, "north", key) == 503);
    assertThat(FIRST.command("POST", PROJECTS + "/north/resume", "{}").statusCode()).isEqualTo(200);
    assertThat(ask(FIRST, "north", key)).isEqualTo(200);

    Await.until(
        "what the advisor found",
        Duration.ofSeconds(60),
        () -> ask(FIRST, "north", key) == 200 && isAdvised("north"));
    assertThat(FIRST.command("DELETE", PROJECTS + "/north", null).statusCode()).isEqualTo(204);
    assertThat(isAdvised("north")).isFalse();
    assertThat(ask(FIRST, "north", key)).isEqualTo(401);
    assertThat(FIRST.command("GET", PROJECTS + "/north", null).statusCode()).isEqualTo(404);
  }

  @Test
  void keysThatOneProcessRotatesCountInAll() {
    assertThat(add("keyed", "").statusCode()).isEqualTo(201);
    var one = SigningKeyStore.of(project(FIRST, "keyed"));
    var other = SigningKeyStore.of(project(SECOND, "keyed"));
    assertThat(other.now().version()).isEqualTo(one.now().version());

    var before = one.now().version();
    var _ = one.rotate(Optional.empty());
    assertThat(one.now().version()).isNotEqualTo(before);
    Await.until(
        "the keys", Duration.ofSeconds(4), () -> other.now().version().equals(one.now().version()));
    var _ = other.rotate(Optional.empty());
    Await.until(
        "the keys", Duration.ofSeconds(4), () -> one.now().version().equals(other.now().version()));

    var elsewhere = project(SECOND, "keyed");
    var anon = elsewhere.keys().anonKey().reveal();
    var rotated = ApiKeyStore.of(project(FIRST, "keyed")).rotate(ApiKey.Kind.SECRET).orElseThrow();
    Await.until(
        "the key",
        Duration.ofSeconds(6),
        () ->
            ask(SECOND, "keyed", anon) == 200
                && elsewhere.keys().secretKey().equals(rotated.text()));

    // a project that is added again has the keys of its folder, which is kept
    assertThat(FIRST.command("DELETE", PROJECTS + "/keyed", null).statusCode()).isEqualTo(204);
    var version = one.now().version();
    assertThat(again("keyed", "").statusCode()).isEqualTo(201);
    assertThat(SigningKeyStore.of(project(FIRST, "keyed")).now().version()).isEqualTo(version);
    Await.until("the change", Duration.ofSeconds(1), () -> isKnown(SECOND, "keyed"));
    assertThat(SigningKeyStore.of(project(SECOND, "keyed")).now().version()).isEqualTo(version);
  }

  @Test
  void theKeysOfARemovedProjectDoNotOpenAnotherDatabase() {
    assertThat(add("reused", "").statusCode()).isEqualTo(201);
    var key = project(FIRST, "reused").keys().secretKey().reveal();
    assertThat(FIRST.command("DELETE", PROJECTS + "/reused", null).statusCode()).isEqualTo(204);

    create("reused2");
    var other = added(FIRST, "reused", "reused2", "");
    assertThat(other.statusCode()).as(other.body()).isEqualTo(400);
    assertThat(other.body()).contains("the keys of an earlier project of this name");
    assertThat(isKnown(FIRST, "reused")).isFalse();
    assertThat(ask(FIRST, "reused", key)).isEqualTo(401);

    assertThat(again("reused", "").statusCode()).as("its own database").isEqualTo(201);
    assertThat(ask(FIRST, "reused", key)).isEqualTo(200);
  }

  /// The settings of both give one master key.
  @Test
  void theKeysOfARemovedProjectDoNotOpenTheDatabaseOfOneWithTheSameMasterKey() {
    var master = ", \"master-key\": \"the master key that both are given\"";
    assertThat(add("twin", master).statusCode()).isEqualTo(201);
    assertThat(add("sibling", master).statusCode()).isEqualTo(201);
    var token = project(FIRST, "twin").keys().serviceRoleKey().reveal();
    for (var name : List.of("twin", "sibling")) {
      assertThat(FIRST.command("DELETE", PROJECTS + "/" + name, null).statusCode()).isEqualTo(204);
    }

    var other = added(FIRST, "twin", "sibling", master);
    assertThat(other.statusCode()).as(other.body()).isEqualTo(400);
    assertThat(other.body()).contains("the keys of an earlier project of this name");
    assertThat(ask(FIRST, "twin", token)).isEqualTo(401);

    assertThat(again("twin", master).statusCode()).as("its own database").isEqualTo(201);
    assertThat(ask(FIRST, "twin", token)).isEqualTo(200);
    assertThat(FIRST.command("DELETE", PROJECTS + "/twin", null).statusCode()).isEqualTo(204);
  }

  @Test
  void theFolderOfAnEarlierProjectInAnotherProcessGetsTheKeysOfTheNewOne() throws IOException {
    var folder = Projects.folder(SECOND.server().project().folder(), "heir");
    Files.createDirectories(folder);
    for (var file : KeyFolder.generate(List.of("heir")).entrySet()) {
      var path = folder.resolve(file.getKey().substring("heir.".length()));
      Files.writeString(path, file.getValue());
      // by a clock that is ahead of the other's
      Files.setLastModifiedTime(path, FileTime.from(Instant.now().plusSeconds(3600)));
    }
    assertThat(add("heir", "").statusCode()).isEqualTo(201);
    Await.until("the change", Duration.ofSeconds(1), () -> isKnown(SECOND, "heir"));
    assertThat(project(SECOND, "heir").keys().secretKey())
        .isEqualTo(project(FIRST, "heir").keys().secretKey());
  }

  @Test
  void anAttemptThatFailedDoesNotKeepTheNameFromTheNext() {
    var failed = added(FIRST, "tried", "not-there-yet", "");
    assertThat(failed.statusCode()).as(failed.body()).isEqualTo(400);
    assertThat(add("tried", "").statusCode()).isEqualTo(201);
  }

  @Test
  void afterAnAttemptInAnotherProcessTheKeysOfTheProjectOpenNoOtherDatabaseThere() {
    var failed = added(SECOND, "missed", "not-there-either", "");
    assertThat(failed.statusCode()).as(failed.body()).isEqualTo(400);
    assertThat(add("missed", "").statusCode()).isEqualTo(201);
    Await.until("the change", Duration.ofSeconds(1), () -> isKnown(SECOND, "missed"));
    assertThat(FIRST.command("DELETE", PROJECTS + "/missed", null).statusCode()).isEqualTo(204);
    Await.until("the change", Duration.ofSeconds(1), () -> !isKnown(SECOND, "missed"));

    create("missed2");
    var other = added(SECOND, "missed", "missed2", "");
    assertThat(other.statusCode()).as(other.body()).isEqualTo(400);
    assertThat(other.body()).contains("the keys of an earlier project of this name");
  }

  @Test
  void whatWasAskedForInAProjectIsForgottenWithIt() {
    assertThat(add("asked", "").statusCode()).isEqualTo(201);
    var rows = ControlRows.of(FIRST.server());
    var id = UUID.randomUUID();
    rows.update(
        """
        insert into stabbur_control.operators (id, email, role) values ('%s', '%s@example.org', 'OWNER')\
        """
            .formatted(id, id));
    rows.update(
        """
        insert into stabbur_control.approvals (project, act, subject, operator, operator_name, asked_at)
        select project, act, subject, '%s', 'a', now() from (values
          ('asked', 'restore', 'all'), ('default', 'restore', 'all'),
          ('default', 'move', '%s asked once'), ('default', 'move', '%s other once')
        ) each (project, act, subject)\
        """
            .formatted(id, id, id));
    assertThat(FIRST.command("DELETE", PROJECTS + "/asked", null).statusCode()).isEqualTo(204);
    assertThat(
            rows.text(
                "select string_agg(project || ' ' || act, ', ' order by act) from stabbur_control.approvals where operator = '%s'"
                    .formatted(id)))
        .isEqualTo("default move, default restore");
  }

  /// Whether metrics show what the advisor found of a project.
  private static boolean isAdvised(String project) {
    return FIRST
            .server()
            .bean(MeterRegistry.class)
            .find("stabbur.advisor.findings")
            .tag("project", project)
            .gauge()
        != null;
  }

  private static boolean isKnown(OperatorApi api, String name) {
    var projects = api.server().bean(Projects.class);
    return projects.isAsleep(name + ".example.org") || projects.byName(name).isPresent();
  }

  @Test
  void settingsChangeAtOnce() {
    assertThat(add("west", "").statusCode()).isEqualTo(201);
    var key = project(FIRST, "west").keys().publishableKey().reveal();
    var changed =
        FIRST.command(
            "PATCH",
            PROJECTS + "/west",
            "{\"settings\": {\"hosts\": \"wild.example.org\", \"api-connections\": \"3\"}}");
    assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);

    assertThat(ask(FIRST, "wild", key)).isEqualTo(200);
    assertThat(ask(FIRST, "west", key)).isEqualTo(401);
    assertThat(project(FIRST, "west").settings().apiConnections()).isEqualTo(3);
    assertThat(
            FIRST
                .server()
                .bean(MeterRegistry.class)
                .get("stabbur.pool.limit")
                .tags("project", "west", "pool", "api")
                .gauge()
                .value())
        .as("the pool that is measured")
        .isEqualTo(3);
    assertThat(FIRST.command("DELETE", PROJECTS + "/west", null).statusCode()).isEqualTo(204);
  }

  @Test
  void oneThatNobodyUsesHoldsNoConnectionAndIsOpenedByTheNextRequest() {
    assertThat(add("quiet", "").statusCode()).isEqualTo(201);
    var key = project(FIRST, "quiet").keys().publishableKey().reveal();
    assertThat(ask(FIRST, "quiet", key)).isEqualTo(200);
    assertThat(connections("quiet")).isPositive();

    Await.until("the change", Duration.ofSeconds(30), () -> connections("quiet") == 0);
    assertThat(FIRST.server().bean(Projects.class).byName("quiet")).isEmpty();
    assertThat(ask(FIRST, "quiet", key)).isEqualTo(200);
    assertThat(FIRST.command("DELETE", PROJECTS + "/quiet", null).statusCode()).isEqualTo(204);
  }

  @Test
  @Tag("nightly")
  void oneWhoseDatabaseDoesNotAnswerHoldsUpNoOther() throws IOException {
    assertThat(add("dead", "").statusCode()).isEqualTo(201);
    assertThat(add("lively", "").statusCode()).isEqualTo(201);
    var key = project(FIRST, "lively").keys().publishableKey().reveal();
    var deadKey = project(FIRST, "dead").keys().publishableKey().reveal();
    // accepts connections and says nothing
    try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      var moved =
          FIRST.command(
              "PATCH",
              PROJECTS + "/dead",
              "{\"settings\": {\"database-url\": \"%s?connectTimeout=5&loginTimeout=5\"}}"
                  .formatted(url("dead", silent.getLocalPort())));
      assertThat(moved.statusCode()).as(moved.body()).isEqualTo(200);
      var waiting = CompletableFuture.supplyAsync(() -> ask(FIRST, "dead", deadKey));
      var adding = CompletableFuture.supplyAsync(() -> addSilent(silent.getLocalPort()));

      long begin;
      for (int request = 0; request < 20; request++) {
        begin = System.nanoTime();
        assertThat(ask(FIRST, "lively", key)).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
      }
      assertThat(adding).isNotDone();
      begin = System.nanoTime();
      assertThat(FIRST.command("POST", PROJECTS + "/lively/suspend", "{}").statusCode())
          .isEqualTo(200);
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
      assertThat(waiting.join()).isEqualTo(503);
      assertThat(adding.join().statusCode()).isEqualTo(400);
    }
    assertThat(FIRST.command("DELETE", PROJECTS + "/dead", null).statusCode()).isEqualTo(204);
    assertThat(FIRST.command("DELETE", PROJECTS + "/lively", null).statusCode()).isEqualTo(204);
  }

  private static HttpResponse<String> addSilent(int port) {
    return FIRST.command(
        "POST",
        PROJECTS,
        "{\"name\": \"mute\", \"settings\": {\"hosts\": \"mute.example.org\", \"database-url\": \"%s\"}}"
            .formatted(url("mute", port) + "?connectTimeout=4&loginTimeout=4"));
  }

  @Test
  void whatIsWrongIsSaidInOneSentenceAndChangesNothing() {
    assertThat(add("taken", "").statusCode()).isEqualTo(201);
    var before = FIRST.command("GET", PROJECTS, null).body();
    var port = POSTGRES.port();
    for (var wrong :
        List.of(
            "{\"name\": \"taken\", \"settings\": {\"hosts\": \"other.example.org\"}}",
            "{\"name\": \"other\", \"settings\": {\"hosts\": \"TAKEN.example.org\"}}",
            "{\"name\": \"other\", \"settings\": {}}",
            "{\"name\": \"default\", \"settings\": {\"hosts\": \"x.example.org\"}}",
            "{\"name\": \"../etc\", \"settings\": {\"hosts\": \"x.example.org\"}}",
            "{\"name\": \"other\", \"settings\": {\"hosts\": \"x y\"}}",
            "{\"name\": \"other\", \"settings\": {\"hosts\": \"x.example.org\", \"host\": \"x\"}}",
            "{\"name\": \"other\", \"settings\": {\"hosts\": \"x.example.org\","
                + " \"api-connections\": \"many\"}}",
            "{\"name\": \"other\", \"settings\": {\"hosts\": \"x.example.org\","
                + " \"jwt-secret\": \"short\"}}",
            "{\"name\": \"other\", \"settings\": {\"hosts\": \"x.example.org\","
                + " \"database-url\": \"mysql://x\"}}",
            "{\"name\": \"other\", \"settings\": {\"hosts\": \"x.example.org\","
                + " \"database-url\": \"postgresql://postgres:wrong@127.0.0.1:%d/x\"}}"
                    .formatted(port),
            "{\"name\": \"other\", \"settings\": \"x\"}")) {
      var refused = FIRST.command("POST", PROJECTS, wrong);
      assertThat(refused.statusCode()).as(wrong + refused.body()).isEqualTo(400);
      assertThat(text(refused, "message")).isNotBlank().doesNotContain("wrong@");
    }
    assertThat(FIRST.command("GET", PROJECTS, null).body()).isEqualTo(before);
    assertThat(Json.parse(before).isObject()).isTrue();
    assertThat(FIRST.command("DELETE", PROJECTS + "/taken", null).statusCode()).isEqualTo(204);
  }

  /// Rows that no version writes, and one project more.
  @Test
  void aRowThatCannotBeReadTakesNothingFromTheOthers() {
    var control = ControlRows.of(FIRST.server());
    control.update(
        """
        insert into stabbur_control.projects (name, ref, settings, files) values
          ('odd-a', 'odda', '{"hosts": 5}', '{}'), ('odd-b', 'oddb', '["hosts"]', '{}'),
          ('odd-c', 'oddc', 'no JSON', '{}'),
          ('odd-d', 'oddd', '{"hosts": "odd-d.example.org"}', '{"keys.json": {}}')\
        """);
    try {
      assertThat(add("sound", "").statusCode()).isEqualTo(201);
      var key = project(FIRST, "sound").keys().publishableKey().reveal();
      assertThat(ask(FIRST, "sound", key)).isEqualTo(200);
      Await.until("the change", Duration.ofSeconds(1), () -> isKnown(SECOND, "sound"));
      assertThat(ask(SECOND, "sound", key)).isEqualTo(200);

      var list = FIRST.command("GET", PROJECTS, null);
      assertThat(list.statusCode()).as(list.body()).isEqualTo(200);
      assertThat(list.body()).contains("odd-a", "odd-b", "odd-c", "odd-d", "sound.example.org");
      var change =
          FIRST.command(
              "PATCH", PROJECTS + "/odd-a", "{\"settings\": {\"api-connections\": \"3\"}}");
      assertThat(change.statusCode()).as(change.body()).isEqualTo(400);
      assertThat(text(change, "message")).isEqualTo("The value of hosts is no text.");
      assertThat(FIRST.command("DELETE", PROJECTS + "/odd-a", null).statusCode()).isEqualTo(204);
      assertThat(FIRST.command("DELETE", PROJECTS + "/sound", null).statusCode()).isEqualTo(204);
    } finally {
      control.update("delete from stabbur_control.projects where name like 'odd-%'");
    }
  }

  /// A process of a later version writes settings that this one does not know.
  @Test
  void theHostsOfARowThatCannotBeReadAreTaken() {
    var control = ControlRows.of(FIRST.server());
    control.update(
        """
        insert into stabbur_control.projects (name, ref, settings, files) values
          ('later-a', 'latera',
            '{"hosts": "x.example.org, Later.example.org", "of-later": "1"}', '{}')\
        """);
    try {
      var refused = add("later", "");
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
      assertThat(text(refused, "message"))
          .isEqualTo("The host Later.example.org belongs to the project later-a");
    } finally {
      control.update("delete from stabbur_control.projects where name = 'later-a'");
    }
  }

  private static ProjectDesk desk() {
    return FIRST.server().bean(ProjectDesk.class);
  }

  private static Path folder(String name) {
    return FIRST.server().bean(Projects.class).folder(name);
  }

  /// Settings of a project that [ProjectDesk#addFilled] adds.
  private static Map<String, String> given(String name) {
    return Map.of(
        "hosts",
        name + ".example.org",
        "database-url",
        url(name),
        "admin-user",
        "postgres",
        "api-password",
        "a password of all");
  }

  private static void fill(Path folder) {
    try {
      Files.createDirectories(folder);
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
      Files.writeString(folder.resolve("restored"), "all there was");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void theFolderThatAProjectIsMadeOfIsDeletedOnlyWhereTheProjectIsNotWrittenDown() {
    var control = ControlRows.of(FIRST.server());
    create("filled");
    try {
      // another process writes one of this name down meanwhile
      assertThatThrownBy(
              () ->
                  desk()
                      .addFilled(
                          "filled",
                          given("filled"),
                          folder -> {
                            fill(folder);
                            control.update(
                                """
                                insert into stabbur_control.projects (name, ref, settings, files)
                                values ('filled', 'filled', '{}', '{}')\
                                """);
                          }))
          .isInstanceOfSatisfying(
              ApiException.class,
              e -> assertThat(String.valueOf(e.error())).contains("look whether it is there"));
      assertThat(folder("filled").resolve("restored")).exists();
    } finally {
      control.update("delete from stabbur_control.projects where name = 'filled'");
    }
    assertThatThrownBy(
            () -> desk().addFilled("nowhere", given("nowhere"), RuntimeProjectsTest::fill))
        .isInstanceOf(RuntimeException.class);
    assertThat(folder("nowhere")).doesNotExist();
  }

  /// The list of projects cannot be read once this one is among them.
  @Test
  void aProjectThatIsWrittenDownIsAddedAlsoWhereTheRefreshFailsAndServedSoon() {
    var control = ControlRows.of(FIRST.server());
    create("late");
    control.update("alter table stabbur_control.projects rename to kept_projects");
    control.update(
        """
        create function stabbur_control.spoil() returns boolean language plpgsql as $$
        begin
          if current_query() like '%ORDER BY%'
            and exists (select from stabbur_control.kept_projects where name = 'late') then
            raise exception 'the list cannot be read';
          end if;
          return true;
        end $$\
        """);
    control.update(
        "create view stabbur_control.projects as"
            + " select * from stabbur_control.kept_projects where stabbur_control.spoil()");
    try {
      assertThat(desk().addFilled("late", given("late"), RuntimeProjectsTest::fill).name())
          .isEqualTo("late");
      assertThat(folder("late").resolve("restored")).exists();
      assertThat(isKnown(FIRST, "late")).isFalse();
    } finally {
      control.update("drop view stabbur_control.projects");
      control.update("alter table stabbur_control.kept_projects rename to projects");
      control.update("drop function stabbur_control.spoil()");
    }
    Await.until("the project", Duration.ofSeconds(15), () -> isKnown(FIRST, "late"));
    assertThat(FIRST.command("DELETE", PROJECTS + "/late", null).statusCode()).isEqualTo(204);
  }
}
