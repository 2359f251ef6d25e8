package io.stabbur.operations.metric;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// How much longer reads take with the policies of a table.
class PolicyCostTest {
  private static final String METRIC = "stabbur_policy_cost_ratio";

  private static final String TABLES =
      """
      create function public.asks_each_time(n int) returns boolean language plpgsql stable as
        'begin return (select count(*) from generate_series(1, 1000 + n - n)) > 0; end';
      create table public.cheap_rows (n int, note text);
      create table public.dear_rows (n int, note text);
      create table public.few_rows (n int, note text);
      create table public.open_rows (n int, note text);
      insert into public.cheap_rows select i, 'x' from generate_series(1, 3000) i;
      insert into public.dear_rows select i, 'x' from generate_series(1, 3000) i;
      insert into public.open_rows select i, 'x' from generate_series(1, 3000) i;
      insert into public.few_rows values (1, 'x');
      alter table public.cheap_rows enable row level security;
      alter table public.dear_rows enable row level security;
      alter table public.few_rows enable row level security;
      create policy p on public.cheap_rows for select to authenticated using (n > 0);
      create policy p on public.dear_rows for select to authenticated using (public.asks_each_time(n));
      create policy p on public.few_rows for select to authenticated using (true);
      grant select on public.cheap_rows, public.dear_rows, public.few_rows, public.open_rows
        to authenticated, service_role;
      analyze public.cheap_rows, public.dear_rows, public.few_rows, public.open_rows;
      """;

  @Test
  void aPolicyThatAsksForEachRowCostsMoreThanOneThatCompares() {
    try (var server = TestServer.start(Map.of(Scrape.SETTING, Scrape.token()))) {
      TestPostgres.execute(server.project().admin().login(), TABLES);

      server.bean(PolicyCost.class).sample(server.project());

      var scrape = Scrape.of(server);
      double cheap = scrape.value(METRIC, "relname=\"cheap_rows\"");
      double dear = scrape.value(METRIC, "relname=\"dear_rows\"");
      assertThat(cheap).as("with one comparison a row").isPositive();
      assertThat(dear).as("with a function a row").isGreaterThan(2 * cheap);
      assertThat(scrape.has(METRIC, "few_rows")).as("too few rows").isFalse();
      assertThat(scrape.has(METRIC, "open_rows")).as("without policies").isFalse();
    }
  }

  @Test
  void asManyTablesAsTheSettingSaysAndNoneAtZero() {
    for (int most = 0; most < 2; most++) {
      try (var server =
          TestServer.start(
              Map.of(
                  Scrape.SETTING, Scrape.token(), "stabbur.operations.metrics.policies", most))) {
        TestPostgres.execute(server.project().admin().login(), TABLES);

        server.bean(PolicyCost.class).sample(server.project());

        assertThat(Scrape.of(server).series(METRIC)).hasSize(most);
        assertThat(server.bean(PolicyCost.class).chores(server.project())).hasSize(most);
      }
    }
  }
}
