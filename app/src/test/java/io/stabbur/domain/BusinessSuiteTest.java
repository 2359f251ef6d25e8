package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Listener;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.Await;
import io.stabbur.testing.Node;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The schema of a business with several industries and tenants, as a guide for Supabase has it:
/// extensions, a token hook, policies by claim, triggers that notify, buckets, views and a schedule
/// apply as they are, and two tenants work beside each other.
class BusinessSuiteTest {
  private static final String SUMMARY =
      """
      Deno.serve(async (request) => {
        const answer = await fetch(Deno.env.get("SUPABASE_URL") + "/rest/v1/customers?select=last_name", {
          headers: {
            apikey: Deno.env.get("SUPABASE_ANON_KEY"), authorization: request.headers.get("authorization"),
            "accept-profile": "shared" } });
        return Response.json({ customers: (await answer.json()).map((row) => row.last_name) });
      });
      """;

  @Test
  void twoTenantsWorkBesideEachOther() throws IOException {
    var functions = TestServer.newFolder().resolve("supabase/functions");
    Files.createDirectories(functions.resolve("tenant-summary"));
    Files.writeString(functions.resolve("tenant-summary/index.ts"), SUMMARY);
    var told = new ConcurrentLinkedQueue<String>();
    try (var server =
            TestServer.start(
                Map.of(
                    "stabbur.migrations",
                    TestServer.repository()
                        .resolve("app/src/test/resources/io/stabbur/domain/business-suite")
                        .toString(),
                    "stabbur.rest.schemas",
                    "public, shared, home_services, restaurants, pgmq_public",
                    "stabbur.functions.deno",
                    Node.deno().toString(),
                    "stabbur.functions.folder",
                    functions.toString()));
        var _ = Listener.eager(server.project().admin().login(), "realtime_changes", told::add)) {
      run(
          server,
          "select cron.alter_job(jobid, schedule => '1 second') from cron.job where jobname ="
              + " 'collect-metrics'");

      assertThat(Node.run(server, "business.mjs")).contains("both tenants are served");

      Await.until("triggers have notified", () -> tables(told).size() == 2);
      assertThat(tables(told)).containsExactlyInAnyOrder("customers", "work_orders");
      assertThat(run(server, "select stabbur.create_recovery_point('before the fair')::text"))
          .isNotBlank();
    }
  }

  private static Set<String> tables(ConcurrentLinkedQueue<String> told) {
    return told.stream()
        .filter(message -> message.startsWith("{"))
        .map(message -> Objects.requireNonNull(Json.parse(message).get("table")).getStringValue())
        .collect(Collectors.toSet());
  }

  private static String run(TestServer server, String sql) {
    return server
        .project()
        .admin()
        .transaction(
            Actor.of("postgres"),
            Access.WRITE,
            tx -> tx.first(Statement.of(sql), row -> String.valueOf(row.getString(1))).orElse(""));
  }
}
