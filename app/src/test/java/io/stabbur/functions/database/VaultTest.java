package io.stabbur.functions.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.RootKeys;
import io.stabbur.testing.AtExit;
import io.stabbur.testing.Await;
import io.stabbur.testing.ClearBytes;
import io.stabbur.testing.DataTemplate;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Secrets for SQL, sealed with keys that the database does not have.
class VaultTest {
  private static TestServer server;
  private static Path folder;

  @BeforeAll
  static void serve() {
    folder = DataTemplate.MIGRATED.newCopy();
    server = AtExit.close(TestServer.start(Map.of("stabbur.data", folder.toString())));
  }

  private static String as(String role, String... statements) {
    try {
      return server
          .project()
          .admin()
          .transaction(
              Actor.of(role),
              Access.WRITE,
              tx -> {
                for (int i = 0; i < statements.length - 1; i++) {
                  tx.update(Statement.of(statements[i]));
                }
                return tx.first(
                        Statement.of(statements[statements.length - 1]),
                        row -> String.valueOf(row.getString(1)))
                    .orElse("");
              });
    } catch (ApiException e) {
      throw new IllegalStateException(
          e.error() instanceof Failure.Database failure ? failure.message() : e.error().toString(),
          e);
    }
  }

  private static String owner(String... statements) {
    return as("postgres", statements);
  }

  private static String decrypted(String id) {
    return owner("select decrypted_secret from vault.decrypted_secrets where id = '" + id + "'");
  }

  @Test
  void aSecretIsMadeReadChangedAndRemoved() {
    var id = owner("select vault.create_secret('s3kret å', 'service', 'of the mail service')");
    assertThat(decrypted(id)).isEqualTo("s3kret å");
    assertThat(
            owner(
                "select concat_ws('|', name, description, secret ~ '^sv1[.][0-9]+[.]', secret like"
                    + " '%s3kret%') from vault.secrets where id = '"
                    + id
                    + "'"))
        .isEqualTo("service|of the mail service|t|f");

    owner("select vault.update_secret('" + id + "', 'other', 'renamed')");
    assertThat(
            as(
                "service_role",
                "select decrypted_secret || '|' || description from vault.decrypted_secrets where"
                    + " name = 'renamed'"))
        .isEqualTo("other|of the mail service");
    assertThatThrownBy(() -> owner("select vault.create_secret('x', 'renamed')"))
        .hasMessageContaining("secrets_name_idx");

    assertThat(
            as(
                "service_role",
                "delete from vault.secrets where id = '" + id + "'",
                "select count(*) from vault.decrypted_secrets where name = 'renamed'"))
        .isEqualTo("0");
  }

  @Test
  void rolesOfTheApiReachNothingAndTheKeyIsTheEnginesAlone() {
    for (var role : List.of("anon", "authenticated")) {
      for (var sql :
          List.of(
              "select count(*)::text from vault.decrypted_secrets",
              "select vault.create_secret('x')::text",
              "select vault._open('x', gen_random_uuid())",
              "select stabbur_engine.vault_keys()::text")) {
        assertThatThrownBy(() -> as(role, sql)).as(role + sql).hasMessageContaining("permission");
      }
    }
    for (var sql :
        List.of(
            "select stabbur_engine.vault_keys()::text",
            "select vault._keys()::text",
            "select vault._seal('x', gen_random_uuid())")) {
      assertThatThrownBy(() -> as("service_role", sql)).as(sql).hasMessageContaining("permission");
    }
    for (var sql :
        List.of(
            "select pg_read_file('" + folder.resolve("vault-keys.json") + "')",
            "create or replace function stabbur_engine.vault_keys() returns jsonb language sql as"
                + " 'select ''{}''::jsonb'; select 1",
            "drop function stabbur_engine.vault_keys(); select 1",
            "create function stabbur_engine.mine() returns int language sql as 'select 1'; select"
                + " 1")) {
      assertThatThrownBy(() -> owner(sql.split("; ")))
          .as(sql)
          .hasMessageMatching("(?s).*(permission denied|must be owner).*");
    }
  }

  @Test
  void aTriggerOfAnotherRolesStatementReadsItAsItsOwner() {
    owner("select vault.create_secret('for triggers', 'trigger')");
    owner(
        "create table public.vault_orders (id int, told text)",
        "grant insert on public.vault_orders to authenticated",
        """
        create function public.vault_tell() returns trigger language plpgsql security definer
        set search_path = '' as $$ begin
          new.told := (select decrypted_secret from vault.decrypted_secrets where name = 'trigger');
          return new;
        end $$
        """,
        "create trigger tell before insert on public.vault_orders for each row execute function"
            + " public.vault_tell()",
        "select 1");
    as("authenticated", "insert into public.vault_orders (id) values (1)", "select 1");
    assertThat(owner("select told from public.vault_orders")).isEqualTo("for triggers");

    owner(
        "create table public.vault_jobs (told text)",
        "select cron.schedule('vault', '1 second', $$insert into public.vault_jobs select"
            + " decrypted_secret from vault.decrypted_secrets where name = 'trigger'$$)");
    Await.until(
        "a job has read it",
        () ->
            owner("select exists (select from public.vault_jobs where told = 'for triggers')")
                .equals("t"));
    owner("select cron.unschedule('vault')");
    owner(
        "drop table public.vault_orders, public.vault_jobs",
        "drop function public.vault_tell",
        "select 1");
  }

  @Test
  void whatWasTamperedWithDoesNotOpen() {
    var one = owner("select vault.create_secret('one', 'tamper one')");
    var two = owner("select vault.create_secret('two', 'tamper two')");
    for (var change :
        List.of(
            "(select secret from vault.secrets where id = '" + two + "')",
            "'sv1.1.' || encode('short', 'base64')",
            "'sv1.99.' || split_part(secret, '.', 3)",
            "left(secret, -2) || 'A='",
            "'as it is'")) {
      assertThatThrownBy(
              () ->
                  owner(
                      "update vault.secrets set secret = " + change + " where id = '" + one + "'",
                      "select decrypted_secret from vault.decrypted_secrets where id = '"
                          + one
                          + "'"))
          .as(change)
          .hasMessageContaining("does not open");
    }
    assertThat(decrypted(one)).isEqualTo("one");
  }

  @Test
  void neitherSecretsNorKeysAreInTheClustersFiles() throws IOException {
    var bytes = new byte[48];
    ThreadLocalRandom.current().nextBytes(bytes);
    var secret = HexFormat.of().formatHex(bytes);
    try (var database = Database.open(server.project().admin().login())) {
      var id =
          database.transaction(
              Actor.of("postgres"),
              Access.WRITE,
              tx ->
                  tx.first(
                          Statement.of("select vault.create_secret(?)", secret),
                          row -> row.getString(1))
                      .orElseThrow());
      assertThat(decrypted(id)).isEqualTo(secret);
    }
    var file = folder.resolve("vault-keys.json");
    assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
    var root =
        Objects.requireNonNull(
                Objects.requireNonNull(Json.parse(Files.readString(file)).get("roots")).get("1"))
            .getStringValue();
    for (var known : List.of(secret, root)) {
      assertThat(
              new ClearBytes(known.getBytes(StandardCharsets.US_ASCII))
                  .in(folder.resolve("postgres")))
          .isEmpty();
    }
  }

  @Test
  void aRotationSealsAnewAndWhatWasSealedBeforeStillOpens() {
    var id = owner("select vault.create_secret('rotated', 'rotated')");
    var roots = RootKeys.of(server.project());
    int version = roots.addVersion();
    assertThat(roots.activate(version, () -> true)).isTrue();
    Await.until(
        "the engine has the new version",
        () -> owner("select vault._keys() ->> 'current'").equals(Integer.toString(version)));
    assertThat(decrypted(id)).isEqualTo("rotated");
    assertThat(Integer.parseInt(owner("select vault._reseal()"))).isPositive();
    assertThat(
            owner("select split_part(secret, '.', 2) from vault.secrets where id = '" + id + "'"))
        .isEqualTo(Integer.toString(version));
    assertThat(decrypted(id)).isEqualTo("rotated");
  }
}
