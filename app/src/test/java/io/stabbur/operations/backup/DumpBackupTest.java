package io.stabbur.operations.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.operations.backup.RestoreRun.Bytes;
import io.stabbur.operations.backup.repository.DamagedException;
import io.stabbur.operations.backup.repository.Repository;
import io.stabbur.operations.backup.repository.RepositoryKey;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.json.Json;
import io.stabbur.project.DatabaseUrl;
import io.stabbur.project.StoreSettings;
import io.stabbur.project.embedded.EmbeddedPostgres;
import io.stabbur.project.embedded.PostgresPrograms;
import io.stabbur.project.life.SkippedRun;
import io.stabbur.storage.upkeep.StoredFiles;
import io.stabbur.testing.Await;
import io.stabbur.testing.Http;
import io.stabbur.testing.InstalledPostgres;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Backups of a project whose database somebody else runs, by an owner who is no superuser: dumps,
/// and what becomes of them on an empty server.
@Tag("nightly")
class DumpBackupTest {
  private static final Path PLACE = TestServer.newFolder().resolve("backups");
  private static final Path DATA = TestServer.newFolder();
  private static final String PERSON =
      "{\"email\": \"kari@people.example\", \"password\": \"a long passphrase 42\"}";
  private static InstalledPostgres postgres;
  private static TestServer server;
  private static Backup backup;

  @BeforeAll
  static void backUp() {
    postgres = InstalledPostgres.startAs(EmbeddedPostgres.SUPERUSER);
    // what only a superuser can make is made by one start
    serving(postgres.superuser(), Map.of("stabbur.data", DATA.toString(), "stabbur.migrate", false))
        .close();
    server =
        serving(
            owner(),
            Map.of(
                "stabbur.data",
                DATA.toString(),
                "stabbur.backup.to",
                PLACE.toString(),
                "stabbur.backup.prove-every",
                "0s"));
    sql(
        """
        create table public.kept (id int primary key);
        alter table public.kept enable row level security;
        create policy everybody on public.kept for select to authenticated using (id < 9);
        create function public.doubled(n int) returns int language sql as 'select n * 2';
        insert into public.kept select generate_series(1, 10);
        create role guest login;
        grant select on public.kept to guest""");
    post(server, "/auth/v1/signup", PERSON, "application/json");
    post(server, "/storage/v1/bucket", "{\"name\": \"kept\"}", "application/json");
    post(server, "/storage/v1/object/kept/file.txt", "of then", "text/plain");
    backup = server.bean(Backups.class).make(server.project());
    sql("delete from public.kept");
    post(server, "/storage/v1/object/kept/file.txt", "of now", "text/plain");
  }

  @AfterAll
  static void stop() {
    server.close();
    postgres.close();
  }

  private static Login owner() {
    return TestPostgres.as("postgres", postgres.superuser());
  }

  private static TestServer serving(Login login, Map<String, Object> more) {
    var settings = new HashMap<String, Object>(more);
    settings.put("stabbur.projects.default.database-url", DatabaseUrl.of(login));
    return TestServer.start(settings);
  }

  private static void sql(String text) {
    TestPostgres.execute(owner(), text);
  }

  private static JsonNode post(TestServer to, String path, String body, String type) {
    var key = to.project().keys().serviceRoleKey().reveal();
    var answer =
        Http.post(
            to.url() + path,
            body,
            "apikey",
            key,
            "Authorization",
            "Bearer " + key,
            "x-upsert",
            "true",
            "Content-Type",
            type);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Json.parse(answer.body());
  }

  private static RepositoryKey key() {
    return RepositoryKey.ofMasterKey(server.project().keys().masterKey().reveal());
  }

  private static BackupPlace place(Path folder) {
    return new BackupPlace(new StoreSettings.Folder(folder), "default/", key());
  }

  private static RestoreRun.Restored restore(Path place, Path folder) throws IOException {
    var target = new RestoreTarget.Latest();
    return new RestoreRun(
            place(place).leadingTo(target),
            new StoredFiles(),
            PostgresPrograms.bundled("stabbur"),
            Optional.empty())
        .into(folder, target, Bytes.WRITTEN);
  }

  @Test
  void whatItHadIsServedFromAnEmptyServer() throws IOException {
    var folder = TestServer.newFolder();

    assertThat(restore(PLACE, folder).files()).isEqualTo(1);
    requireOwnerOnly(folder);

    try (var fresh = InstalledPostgres.startAs(EmbeddedPostgres.SUPERUSER)) {
      fresh.restore(
          folder.resolve(RestoreRun.DUMPED_ROLES), folder.resolve(RestoreRun.DUMP), "postgres");
      try (var copy = serving(fresh.superuser(), Map.of("stabbur.data", folder.toString()))) {
        var signedIn = post(copy, "/auth/v1/token?grant_type=password", PERSON, "application/json");
        var token = Objects.requireNonNull(signedIn.get("access_token")).getStringValue();
        var anon = copy.project().keys().anonKey().reveal();
        var rows =
            Http.get(
                copy.url() + "/rest/v1/kept?select=id",
                "apikey",
                anon,
                "Authorization",
                "Bearer " + token);
        assertThat(Json.parse(rows.body()).size()).as("by the policy").isEqualTo(8);
        assertThat(file(copy)).isEqualTo("of then");
        assertThat(
                TestPostgres.value(
                    fresh.superuser(),
                    "select has_table_privilege('guest', 'public.kept', 'select')::text"))
            .isEqualTo("true");
        assertThat(copy.project().keys().jwtSecret())
            .isEqualTo(server.project().keys().jwtSecret());
      }
    }
  }

  private static void requireOwnerOnly(Path folder) throws IOException {
    try (var walked = Files.walk(folder)) {
      var files = walked.filter(Files::isRegularFile).toList();
      assertThat(files).contains(folder.resolve("roles.sql"), folder.resolve("database.dump"));
      for (var file : files) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .as(file.toString())
            .isEqualTo("rw-------");
      }
    }
  }

  private static String file(TestServer from) {
    var key = from.project().keys().serviceRoleKey().reveal();
    return Http.get(
            from.url() + "/storage/v1/object/kept/file.txt",
            "apikey",
            key,
            "Authorization",
            "Bearer " + key)
        .body();
  }

  @Test
  void whatIsDamagedIsRefusedAndNothingStays() throws IOException {
    for (var name : new String[] {"database.0", "roles", "files.0", "manifest"}) {
      var place = TestServer.newFolder();
      copy(PLACE, place);
      var object = place.resolve("default/dumps/backups").resolve(backup.id()).resolve(name);
      var bytes = Files.readAllBytes(object);
      Files.write(object, Arrays.copyOf(bytes, bytes.length / 2));
      var folder = TestServer.newFolder();

      assertThatThrownBy(() -> restore(place, folder))
          .as(name)
          .isInstanceOf(DamagedException.class);
      assertThat(folder).as(name).isEmptyDirectory();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        var target = to.resolve(from.relativize(file).toString());
        Files.createDirectories(Objects.requireNonNull(target.getParent()));
        Files.copy(file, target);
      }
    }
  }

  @Test
  void theCheckSaysWhatIsInItAndVerifyRestoresIt() throws IOException {
    var checked = post(server, "/admin/v1/backups/check", "{}", "application/json");
    assertThat(Json.write(checked)).contains("\"dumped_by\":", "pg_dump");

    var proven = post(server, "/admin/v1/backups/verify", "{}", "application/json");
    assertThat(Json.write(proven)).contains("\"kind\":\"dump\"", "\"files\":1");
    var status = server.bean(Backups.class).status(server.project());
    assertThat(status.lastProof()).isEqualTo(backup.id());
    assertThat(status.lastProofAt()).isAfter(backup.endedAt());
    assertThat(Scratch.ofRehearsal(server.project())).doesNotExist();
    assertThat(backup.isDump()).isTrue();
    assertThat(metric("stabbur_backup_last_success_timestamp_seconds")).isPositive();
  }

  /// The value of a metric that a project has once.
  private static double metric(String name) {
    var key = server.project().keys().secretKey().reveal();
    return Http.get(server.url() + "/metrics", "Authorization", "Bearer " + key)
        .body()
        .lines()
        .filter(line -> line.startsWith(name + '{'))
        .mapToDouble(line -> Double.parseDouble(line.replaceFirst(".* ", "")))
        .sum();
  }

  @Test
  void aDumpThatIsNotWhatItWasIsNotProven() throws IOException {
    var place = TestServer.newFolder();
    try (var one = another(place)) {
      assertThat(Scratch.ofRehearsal(one.project())).as("left by a killed one").doesNotExist();
      var made = one.bean(Backups.class).make(one.project());
      var repository = place(place).dumps();
      var manifest = Manifest.read(repository, made);
      var rows = new HashMap<>(manifest.rows());
      rows.put("public.kept", 11L);
      rewritten(manifest, rows, manifest.schemaVersion()).write(repository);
      refusesToProve(one, "another number of rows in public.kept");
      rewritten(manifest, manifest.rows(), "stabbur/9999").write(repository);
      refusesToProve(one, "internal schema");
      manifest.write(repository);
      otherKeys(repository);
      refusesToProve(one, "keys");
    }
  }

  private static Manifest rewritten(Manifest m, Map<String, Long> rows, String schema) {
    return new Manifest(
        m.backup(),
        m.systemId(),
        m.postgresVersion(),
        m.stabburVersion(),
        schema,
        m.archiveSha256(),
        m.keyChecks(),
        m.changes(),
        rows,
        m.missing(),
        m.seals());
  }

  private static void otherKeys(Repository repository) {
    var keys = new HashMap<>(KeyFiles.read(repository).contents());
    keys.computeIfPresent(
        "keys.json",
        (_, text) ->
            text.replaceFirst(
                "\"master_key\":\"[^\"]*\"", "\"master_key\":\"%s\"".formatted("x".repeat(43))));
    new KeyFiles(keys).write(repository);
  }

  private static void refusesToProve(TestServer by, String why) {
    assertThat(refusal(() -> by.bean(Backups.class).prove(by.project()))).contains(why);
    assertThat(by.bean(Backups.class).status(by.project()).lastProofFailure()).contains(why);
    assertThat(Scratch.ofRehearsal(by.project())).doesNotExist();
  }

  /// `dblink` is a superuser's to make, and `postgis` has rows of its own in a table.
  @Test
  void whatBelongsToExtensionsFailsNoRehearsal() throws IOException {
    TestPostgres.execute(
        postgres.superuser(),
        """
        create extension dblink schema public;
        grant usage on foreign data wrapper dblink_fdw to postgres;
        create extension postgis schema public;
        insert into public.spatial_ref_sys (srid, auth_name) values (990001, 'ours')""");
    sql(
        """
        create server elsewhere foreign data wrapper dblink_fdw options (host 'localhost');
        create table public.places (place public.geometry(point));
        insert into public.places values ('point(5 60)')""");
    try (var one = another(TestServer.newFolder())) {
      var backups = one.bean(Backups.class);
      var made = backups.make(one.project());
      var proven = backups.prove(one.project());

      assertThat(proven.backup()).isEqualTo(made);
      assertThat(proven.leftOut()).isGreaterThanOrEqualTo(3);
    } finally {
      sql("drop table public.places; drop server elsewhere");
      TestPostgres.execute(postgres.superuser(), "drop extension postgis, dblink");
    }
  }

  /// A check is evaluated while rows are restored, by whoever restores.
  @Test
  void whatADumpRunsHasNoRightsOnThisMachine() throws IOException {
    TestPostgres.execute(
        postgres.superuser(), "grant pg_execute_server_program to postgres with admin option");
    sql(
        """
        create function public.look() returns boolean language plpgsql as $$
        begin
          if session_user <> 'postgres' then raise exception 'it ran as %', session_user; end if;
          return true;
        end $$;
        create table public.looked (secret text check (public.look()));
        insert into public.looked values ('a value of a row')""");
    try (var one = another(TestServer.newFolder())) {
      var backups = one.bean(Backups.class);
      var _ = backups.make(one.project());
      assertThat(refusal(() -> backups.prove(one.project())))
          .contains("the rows of table looked cannot be read")
          .doesNotContain("a value of a row");

      sql(
          """
          create or replace function public.look() returns boolean language plpgsql as $$
          begin
            if session_user <> 'postgres' and (current_setting('is_superuser') = 'on'
              or pg_has_role(session_user, 'pg_execute_server_program', 'member')
              or pg_has_role(session_user, 'pg_read_server_files', 'member')
              or pg_has_role(session_user, 'postgres', 'member'))
            then raise exception 'too many rights'; end if;
            return true;
          end $$""");
      var made = backups.make(one.project());
      assertThat(backups.prove(one.project()).backup()).isEqualTo(made);

      sql(
          """
          create function public.told(value text) returns text language plpgsql immutable as $$
          begin
            if session_user <> 'postgres' then raise exception 'not %', value; end if;
            return value;
          end $$;
          create index looked_told on public.looked (public.told(secret))""");
      var _ = backups.make(one.project());
      assertThat(refusal(() -> backups.prove(one.project())))
          .contains("INDEX looked_told cannot be made")
          .doesNotContain("a value of a row");
    } finally {
      sql(
          "drop table public.looked; drop function if exists public.told(text);"
              + " drop function public.look()");
      TestPostgres.execute(postgres.superuser(), "revoke pg_execute_server_program from postgres");
    }
  }

  @Test
  void whatTheOwnerMayNotReadFailsTheBackupAndTheCheckByItsName() {
    TestPostgres.execute(
        postgres.superuser(),
        """
        create table public.closed (id int);
        revoke all on public.closed from public, postgres, anon, authenticated, service_role;
        revoke pg_read_all_data from postgres""");
    try {
      var said = "The role postgres may not read public.closed";
      assertThat(refusal(() -> server.bean(Backups.class).make(server.project())))
          .contains(said, "grant it select");
      assertThat(refusal(() -> server.bean(Backups.class).check(server.project())))
          .contains("409", said);
      assertThat(server.bean(Backups.class).status(server.project()).lastFailure()).contains(said);
    } finally {
      TestPostgres.execute(
          postgres.superuser(), "drop table public.closed; grant pg_read_all_data to postgres");
    }
  }

  /// What is told to whoever asked.
  private static String refusal(ThrowingCallable work) {
    var thrown = catchThrowable(work);
    var refused = thrown instanceof ExecutionException later ? later.getCause() : thrown;
    assertThat(refused).isInstanceOf(ApiException.class);
    return ((ApiException) Objects.requireNonNull(refused)).error().toString();
  }

  @Test
  void aProjectThatLeftItsOwnClusterGoesOnBesideTheBackupsOfIt() throws IOException {
    var folder = TestServer.newFolder();
    copy(PLACE, folder);
    var place = place(folder);
    var clusters = new Catalog("default", "a writer", "7123456789", List.of(), List.of());
    clusters.write(place.clusters());
    try (var moved = another(folder)) {
      var made = moved.bean(Backups.class).make(moved.project());

      assertThat(Catalog.require(place.clusters())).isEqualTo(clusters);
      var found = place.leadingTo(new RestoreTarget.Base(made.id()));
      assertThat(Catalog.require(found).byId(made.id())).contains(made);
      assertThat(Catalog.require(place.leadingTo(new RestoreTarget.Latest())).newest())
          .contains(made);

      clusters.with(List.of(backup), List.of()).write(place.clusters());
      assertThat(moved.bean(Backups.class).list(moved.project()))
          .as("with a dump that lies where the first ones did")
          .containsExactly(backup, backup, made);
      clusters.write(place.clusters());
    }
  }

  /// Another process of the same project.
  private static TestServer another(Path place) throws IOException {
    var data = TestServer.newFolder();
    Files.writeString(
        Files.createDirectory(data.resolve("restore-rehearsal")).resolve("keys.json"), "{}");
    for (var name : List.of("keys.json", "signing-keys.json")) {
      if (Files.exists(DATA.resolve(name))) {
        Files.copy(DATA.resolve(name), data.resolve(name));
      }
    }
    return serving(
        owner(),
        Map.of(
            "stabbur.data",
            data.toString(),
            "stabbur.backup.to",
            place.toString(),
            "stabbur.backup.prove-every",
            "0s"));
  }

  @Test
  void oneProcessAtATimeMakesOrReadsDumps() throws Exception {
    var place = TestServer.newFolder();
    try (var one = another(place);
        var other = another(place)) {
      var made =
          whileDumping(
              one,
              () -> {
                assertThat(refusal(() -> other.bean(Backups.class).make(other.project())))
                    .contains("409", "Another process");
                assertThat(refusal(() -> other.bean(Backups.class).prove(other.project())))
                    .contains("409", "Another process");
                TestPostgres.execute(
                    postgres.superuser(),
                    "update stabbur.backup_status set last_backup_at = null, last_failure_at = null");
                assertThatThrownBy(() -> other.bean(Backups.class).makeIfDue(other.project()))
                    .as("its own chore")
                    .isInstanceOf(SkippedRun.class);
              });

      assertThat(made.get().isDump()).isTrue();
      assertThat(other.bean(Backups.class).prove(other.project()).backup()).isEqualTo(made.get());
    }
  }

  @Test
  void aDumpThatSomebodyHasTakenForAFailedOneDoesNotCount() throws Exception {
    var folder = TestServer.newFolder();
    var repository = place(folder).dumps();
    try (var one = another(folder)) {
      var made =
          whileDumping(
              one,
              () -> {
                var catalog = Catalog.require(repository);
                assertThat(catalog.expiring()).hasSize(1);
                catalog.with(catalog.backups(), List.of()).write(repository);
              });

      assertThat(refusal(made::get)).contains("does not count");
      assertThat(Catalog.require(repository).backups()).isEmpty();
    }
  }

  /// Does something while `pg_dump` waits for a table.
  private static Future<Backup> whileDumping(TestServer by, Runnable work) throws Exception {
    var login = owner();
    var task = new FutureTask<>(() -> by.bean(Backups.class).make(by.project()));
    try (var connection =
            DriverManager.getConnection(login.url(), login.user(), login.password().reveal());
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("lock table public.kept in access exclusive mode");
      Thread.ofPlatform().daemon().start(task);
      Await.until("pg_dump waits for the table", DumpBackupTest::isWaiting);
      work.run();
      connection.rollback();
    }
    Await.until("the backup ends", Duration.ofSeconds(60), task::isDone);
    return task;
  }

  @Test
  void anInterruptEndsTheProgramAndCountsAsNoFailure() throws Exception {
    var login = owner();
    try (var one = another(TestServer.newFolder());
        var connection =
            DriverManager.getConnection(login.url(), login.user(), login.password().reveal());
        var statement = connection.createStatement()) {
      var failedBefore = new StatusRow(one.project()).failedAt();
      connection.setAutoCommit(false);
      statement.execute("lock table public.kept in access exclusive mode");
      var backups = one.bean(Backups.class);
      var maker =
          Thread.ofPlatform()
              .start(() -> assertThatThrownBy(() -> backups.make(one.project())).isNotNull());
      Await.until("pg_dump waits for the table", DumpBackupTest::isWaiting);
      maker.interrupt();
      maker.join(Duration.ofSeconds(30));

      assertThat(maker.isAlive()).isFalse();
      assertThat(ProcessHandle.current().children())
          .noneMatch(child -> child.info().command().orElse("").endsWith("pg_dump"));
      assertThat(new StatusRow(one.project()).failedAt()).isEqualTo(failedBefore);
      connection.rollback();
    }
  }

  private static boolean isWaiting() {
    var count =
        TestPostgres.value(
            postgres.superuser(),
            "select count(*)::text from pg_locks where not granted and relation ="
                + " 'public.kept'::regclass");
    return "1".equals(count);
  }

  @Test
  void aMomentBetweenDumpsAndOneOrganizationAreRefusedWithWhatToDo() {
    var folder = TestServer.newFolder();
    assertThatThrownBy(
            () ->
                new RestoreRun(
                        place(PLACE).dumps(),
                        new StoredFiles(),
                        PostgresPrograms.bundled("stabbur"),
                        Optional.empty())
                    .into(
                        folder,
                        new RestoreTarget.Moment(backup.endedAt().plusSeconds(1)),
                        Bytes.WRITTEN))
        .hasMessageContaining("dumps of single moments", "--backup");
    assertThatThrownBy(() -> server.bean(Backups.class).ship(server.project()))
        .isInstanceOf(ApiException.class);
  }
}
