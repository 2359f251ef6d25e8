package io.stabbur.operations.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.json.Json;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class OrganizationUsageTest {
  private static final String PASSWORD = "en lang nok passfrase 42";

  private static void sql(TestServer server, String text) {
    TestPostgres.execute(server.project().admin().login(), text);
  }

  private static String[] secret(TestServer server) {
    return new String[] {
      "apikey", server.project().keys().secretKey().reveal(), "Content-Type", "application/json"
    };
  }

  /// Its id.
  private static String organization(TestServer server, String slug) {
    var made =
        Http.post(
            server.url() + "/admin/v1/organizations",
            """
            {"name": "%s", "slug": "%s", "admin_email": "chief@%s.example", "password": "%s"}\
            """
                .formatted(slug, slug, slug, PASSWORD),
            secret(server));
    assertThat(made.statusCode()).as(made.body()).isBetween(200, 201);
    return String.valueOf(
        TestPostgres.value(
            server.project().admin().login(),
            "select id::text from public.organizations where slug = '%s'".formatted(slug)));
  }

  /// A request of its administrator.
  private static void act(TestServer server, String slug, int times) {
    var key = server.project().keys().anonKey().reveal();
    var answer =
        Http.post(
            server.url() + "/auth/v1/token?grant_type=password",
            "{\"email\": \"chief@%s.example\", \"password\": \"%s\"}".formatted(slug, PASSWORD),
            "apikey",
            key,
            "Content-Type",
            "application/json");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    var token =
        Objects.requireNonNull(Json.parse(answer.body()).get("access_token")).getStringValue();
    for (int i = 0; i < times; i++) {
      var read =
          Http.get(
              server.url() + "/rest/v1/organizations",
              "apikey",
              key,
              "Authorization",
              "Bearer " + token);
      assertThat(read.statusCode()).isEqualTo(200);
    }
  }

  private static List<String> metrics(TestServer server) {
    return Http.get(server.url() + "/metrics", secret(server))
        .body()
        .lines()
        .filter(line -> line.startsWith("stabbur_organization_"))
        .toList();
  }

  @Test
  void whatAnOrganizationUsesIsShownAndTheSmallestAreToldTogether() {
    try (var server = TestServer.start(Map.of("stabbur.operations.metrics.organizations", 2))) {
      var large = organization(server, "large");
      var small = organization(server, "small");
      var tiny = organization(server, "tiny");
      var empty = organization(server, "empty");
      sql(
          server,
          "create table public.usage_rows (id int primary key, organization uuid references"
              + " public.organizations)");
      sql(
          server,
          """
          insert into public.usage_rows select n, (case when n <= 60 then '%s' when n <= 90 then '%s'
            when n <= 97 then '%s' else '%s' end)::uuid from generate_series(1, 100) n\
          """
              .formatted(large, small, tiny, empty));
      sql(server, "analyze public.usage_rows");
      sql(
          server,
          """
          insert into storage.buckets (id, name) values ('papers', 'papers');
          insert into storage.objects (bucket_id, name, metadata) values
            ('papers', '%s/a.pdf', '{"size": 700}'), ('papers', '%s/b.pdf', '{"size": 300}'),
            ('papers', '%s/c.pdf', '{"size": 20}'), ('papers', 'elsewhere/d.pdf', '{"size": 9999}'),
            ('papers', '%s/odd.pdf', '{"size": "many"}')\
          """
              .formatted(large, large, tiny, large));
      var usage = server.bean(OrganizationUsage.class);
      usage.sample(server.project());
      act(server, "large", 5);
      act(server, "small", 2);
      act(server, "tiny", 3);
      act(server, "empty", 1);
      usage.sample(server.project());

      var of = "{organization=\"%s\",project=\"default\"} ";
      assertThat(metrics(server).stream().map(line -> line.replace(".0", "")))
          .contains(
              "stabbur_organization_rows" + of.formatted(large) + 60,
              "stabbur_organization_rows" + of.formatted(small) + 30,
              "stabbur_organization_rows" + of.formatted("other") + 10,
              "stabbur_organization_storage_bytes" + of.formatted(large) + 1000,
              "stabbur_organization_storage_bytes" + of.formatted(small) + 0,
              "stabbur_organization_storage_bytes" + of.formatted("other") + 20,
              "stabbur_organization_active_users" + of.formatted(large) + 1,
              "stabbur_organization_requests_total" + of.formatted(large) + 5,
              "stabbur_organization_requests_total" + of.formatted(small) + 2,
              "stabbur_organization_requests_total" + of.formatted("other") + 4);
      assertThat(String.join("\n", metrics(server))).doesNotContain(tiny).doesNotContain(empty);
    }
  }

  @Test
  void aProjectWithoutOrganizationsHasNone() {
    try (var server = TestServer.start(Map.of("stabbur.migrate", false))) {
      server.bean(OrganizationUsage.class).sample(server.project());
      assertThat(server.bean(OrganizationUsage.class).hasOrganizations(server.project())).isFalse();
      assertThat(metrics(server)).isEmpty();
    }
  }
}
