package io.stabbur.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.DatabaseUrl;
import io.stabbur.testing.AtExit;
import io.stabbur.testing.Node;
import io.stabbur.testing.SupabaseCli;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Types for TypeScript: `supabase gen types` asks this server for them, and makes them itself of a
/// database whose address it is given. Both say the same.
class CliTypesTest {
  private static final ManagementServer API =
      new ManagementServer(AtExit.close(TestServer.start(Map.of())));
  private static final SupabaseCli CLI = SupabaseCli.of(API.server(), API.token("types"));

  @BeforeAll
  static void makeTypesOfAllKinds() {
    API.server()
        .project()
        .admin()
        .transaction(
            Actor.of("postgres"),
            Access.WRITE,
            tx -> tx.update(Statement.of(SqlFile.of(CliTypesTest.class, "types"))));
  }

  private static String ours(String... schemas) {
    return CLI.run(line("--remote=" + API.reference(), schemas));
  }

  private static String theirs(String... schemas) {
    var address = DatabaseUrl.of(API.server().project().admin().login());
    return CLI.run(line("--remote=" + address + "?sslmode=disable", schemas));
  }

  private static String[] line(String remote, String... schemas) {
    var line = new java.util.ArrayList<>(java.util.List.of("gen", "types", remote));
    for (var schema : schemas) {
      line.add("--schema");
      line.add(schema);
    }
    return line.toArray(String[]::new);
  }

  /// What is declared, without blanks and quotes, of which there is a choice.
  private static String declared(String module) {
    int helpers = module.indexOf("\ntype ");
    var database = module.substring(module.indexOf("export type Database"), helpers);
    var constants = module.substring(module.indexOf("export const Constants"));
    return (database + constants)
        .replaceAll("[\\s\"'\\\\,;()]", "")
        .replace(":|", ":")
        .replace("]:", "]:\n")
        .replace("}", "}\n");
  }

  @Test
  void theShippedSchemaHasTheSameTypes() {
    assertThat(declared(ours("public", "graphql_public")))
        .isEqualTo(declared(theirs("public", "graphql_public")));
  }

  @Test
  void typesOfAllKindsAreTheSame() {
    var known =
        declared(theirs("feat"))
            // a column beside an outer join is taken for one that may be null
            .replace("outer_join:{Row:{id:number", "outer_join:{Row:{id:number|null");
    assertThat(declared(ours("feat"))).isEqualTo(known);
  }

  @Test
  @Tag("nightly")
  void theTypesAreWhatAnApplicationUses() throws IOException {
    var folder = TestServer.newFolder();
    Files.writeString(folder.resolve("database.ts"), ours("public", "feat"));
    Files.writeString(
        folder.resolve("use.ts"),
        """
        import type { CompositeTypes, Database, Enums, Tables, TablesInsert, TablesUpdate } from './database.ts'
        import { Constants } from './database.ts'
        const child: Tables<{ schema: 'feat' }, 'children'> = { id: 1, other: null, parent_id: 2, twin: null } as Tables<{ schema: 'feat' }, 'children'>
        const row: Tables<'organizations'>['id'] = 'x'
        const fresh: TablesInsert<'profiles'> = { id: 'x' }
        const change: TablesUpdate<'profiles'> = {}
        const status: Enums<'claim_status'> = Constants.public.Enums.claim_status[0]
        const home: CompositeTypes<{ schema: 'feat' }, 'address'> = { street: 'x', mood: 'good', parts: [1] }
        const stats: Tables<'org_stats'>['minutes'] = null
        // @ts-expect-error: an id is a text
        const wrong: Tables<'organizations'>['id'] = 1
        // @ts-expect-error: the id is needed
        const less: TablesInsert<'profiles'> = {}
        // @ts-expect-error: there is no such table
        type None = Tables<'nothing'>
        export type All = Database
        console.log(child, row, fresh, change, status, home, stats, wrong, less)
        """);
    var check =
        new ProcessBuilder(Node.deno().toString(), "check", "use.ts")
            .directory(folder.toFile())
            .redirectErrorStream(true);
    check.environment().put("DENO_DIR", folder.resolve("cache").toString());
    check.environment().put("NO_COLOR", "1");
    var process = check.start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      assertThat(process.waitFor()).as(said).isZero();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  @Tag("nightly")
  void schemasThatDoNotExistAreLeftOut() {
    assertThat(ours("nowhere")).contains("export type Database = {\n}");
    assertThat(API.get(API.token("x"), "/projects/" + API.reference() + "/types/typescript").body())
        .contains("organizations");
  }
}
