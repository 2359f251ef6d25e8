package io.stabbur.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.embedded.EmbeddedPostgres;
import io.stabbur.testing.DataFolders;
import io.stabbur.testing.DataTemplate;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the owner of a project leaves lying about in its database, for the superuser's sessions to
/// pick up: none of it makes the owner more than it is.
class OwnerStaysOwnerTest {
  private static final String GRAB =
      """
      create function public.grab() returns boolean language plpgsql as $$
      begin
        begin
          execute 'alter role postgres superuser';
        exception when others then
          begin
            execute 'reset role';
            execute 'alter role postgres superuser';
          exception when others then null;
          end;
        end;
        return true;
      end $$;
      create function public.grab_row() returns trigger language plpgsql as $$
      begin
        perform public.grab();
        return null;
      end $$;
      """;

  /// Functions and operators that match what the appliance's statements say better than those of
  /// `pg_catalog` do.
  private static final String LOOKALIKES =
      """
      create function public.matches(name, name) returns boolean language plpgsql as $$
      begin
        perform public.grab();
        return pg_catalog.textlike($1::text, $2::text);
      end $$;
      create operator public.~~ (function = public.matches, leftarg = name, rightarg = name);
      create operator public.~ (function = public.matches, leftarg = name, rightarg = name);
      create function public.set_config(text, varchar, boolean) returns text language plpgsql as $$
      begin
        perform public.grab();
        return pg_catalog.set_config($1, $2::text, $3);
      end $$;
      create function public.pg_terminate_backend(integer, integer) returns boolean language sql as
        $$ select public.grab() $$;
      create function public.format(text, name) returns text language plpgsql as $$
      begin
        perform public.grab();
        return pg_catalog.format($1, $2);
      end $$;
      """;

  private static final String TRIGGERS =
      """
      create trigger grab before insert or update or delete on stabbur.migrations
        for each statement execute function public.grab_row();
      alter table stabbur.migrations enable always trigger grab;
      do $$
      begin
        create trigger grab before insert or update or delete on stabbur.base_objects
          for each statement execute function public.grab_row();
        alter table stabbur.base_objects enable always trigger grab;
      exception when insufficient_privilege then null;
      end $$;
      set local role supabase_auth_admin;
      create trigger grab before insert on auth.schema_migrations
        for each statement execute function public.grab_row();
      alter table auth.schema_migrations enable always trigger grab;
      reset role;
      """;

  @TempDir java.nio.file.Path migrations;

  @Test
  void lookalikesOfWhatTheSuperuserCallsGiveNothing() throws IOException {
    play(
        GRAB + LOOKALIKES,
        project -> {
          var roles = new LoginRoles(project);
          var _ = roles.create(LoginRoles.Rights.OWNER, Duration.ofMinutes(5));
          assertIsNoSuperuser(project);
          roles.dropAll();
        });
  }

  @Test
  void lookalikesOfWhatAnExtensionCallsGiveNothing() throws IOException {
    play(
        GRAB
            + """
            create schema pgmq;
            create function pgmq.format(text, name) returns text language plpgsql as $$
            begin
              perform public.grab();
              return pg_catalog.format($1, $2);
            end $$;
            create function pgmq.coalesced(oid, regnamespace) returns boolean language plpgsql as $$
            begin
              perform public.grab();
              return $1 = $2::oid;
            end $$;
            create operator pgmq.= (function = pgmq.coalesced, leftarg = oid, rightarg = regnamespace);
            create extension pgmq;
            """,
        _ -> {});
  }

  /// The cluster has the control database in it, and every other.
  @Test
  void theOwnerDoesNotCopyTheCluster() throws IOException {
    play(
        "select 1",
        project -> {
          var login = project.admin().login();
          var asReplica = new Properties();
          asReplica.setProperty("user", login.user());
          asReplica.setProperty("password", login.password().reveal());
          asReplica.setProperty("replication", "true");
          asReplica.setProperty("preferQueryMode", "simple");
          asReplica.setProperty("assumeMinServerVersion", "17");
          assertThatThrownBy(() -> DriverManager.getConnection(login.url(), asReplica).close())
              .isInstanceOf(SQLException.class)
              .hasMessageContaining("pg_hba.conf");
        });
  }

  @Test
  void triggersOnWhatTheStartWritesGiveNothing() throws IOException {
    play(
        GRAB + TRIGGERS + "delete from stabbur.migrations where version = 'stabbur/0605_net_lasts'",
        _ -> {});
  }

  @Test
  void triggersGiveNothingWhenAllIsPutBack() throws IOException {
    play(GRAB + TRIGGERS + "delete from stabbur.migrations", _ -> {});
  }

  @Test
  void theOwnersFunctionsAndTablesAreNotTheSuperusers() throws IOException {
    play(
        GRAB
            + """
            create or replace function stabbur.roll_message_partitions(
                days_ahead integer default 3, days_kept integer default 3)
              returns void language sql as $$ select public.grab() $$;
            alter table stabbur.migrations rename to migrations_of_old;
            create view stabbur.migrations as
              select version, checksum, applied_at from stabbur.migrations_of_old where public.grab();
            """,
        _ -> {});
  }

  /// As a backup would that meets a view in place of a table it reads.
  @Test
  void aViewOfTheOwnerIsNotReadByASuperuser() throws IOException {
    play(
        GRAB + "create view public.looks as select 1 as a where public.grab()",
        project -> {
          var login =
              new Login(
                      project.admin().login().url(),
                      EmbeddedPostgres.SUPERUSER,
                      project.keys().superuserPassword(),
                      1,
                      Duration.ofSeconds(10))
                  .inCatalogOnly();
          try (var superuser = Database.open(login)) {
            assertThatThrownBy(
                    () ->
                        superuser.transaction(
                            Actor.of(EmbeddedPostgres.SUPERUSER),
                            Access.READ,
                            tx ->
                                tx.list(
                                    Statement.of("select a from public.looks"),
                                    row -> row.getInt(1))))
                .isInstanceOf(ApiException.class);
          }
          assertIsNoSuperuser(project);
        });
  }

  private interface Attempt {
    void on(Project project) throws IOException;
  }

  /// Lays the trap as the owner, attempts something, and starts twice more.
  private void play(String trap, Attempt attempt) throws IOException {
    var folder = TestServer.newFolder();
    try {
      DataTemplate.BASE.copyTo(folder);
      Map<String, Object> settings =
          Map.of("stabbur.data", folder.toString(), "stabbur.migrations", migrations.toString());
      try (var server = TestServer.start(settings)) {
        var admin = server.project().admin();
        var _ =
            admin.transaction(
                Actor.of("postgres"), Access.WRITE, tx -> tx.update(Statement.of(trap)));
        attempt.on(server.project());
        assertIsNoSuperuser(server.project());
      }
      for (int start = 0; start < 2; start++) {
        try (var server = TestServer.start(settings)) {
          assertIsNoSuperuser(server.project());
        }
      }
    } finally {
      DataFolders.delete(folder);
    }
  }

  private static void assertIsNoSuperuser(Project project) {
    var admin = project.admin();
    boolean isSuperuser =
        admin.transaction(
            Actor.of("postgres"),
            Access.READ,
            tx ->
                tx.first(
                        Statement.of("select rolsuper from pg_roles where rolname = session_user"),
                        row -> row.getBoolean(1))
                    .orElse(true));
    assertThat(isSuperuser).as("postgres is a superuser").isFalse();
  }
}
