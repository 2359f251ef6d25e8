package io.stabbur.operations.advisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Login;
import io.stabbur.project.SchemaSetup;
import io.stabbur.testing.TestPostgres;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Whoever may make tables, functions and policies gives them any name and any condition: the
/// advisor answers in time and judges the rest.
@Tag("nightly")
class HostileCatalogTest {
  private static Login owner = SchemaSetup.newBase();

  @BeforeAll
  static void plant() {
    owner = TestPostgres.as("postgres", owner);
    TestPostgres.execute(
        owner,
        """
        set check_function_bodies = off;
        create function public."a(" () returns text language sql as $$ select auth.jwt() ->> 'user_metadata' $$;
        create function public."(((((x*)*)*)*)*\\1" () returns text language sql as $$ select '' $$;
        create function public.trusts() returns text language sql as $$ select public."a(" () $$;
        create function public.trusts(text) returns text language sql as $$ select $1 $$;
        create function public.closed() returns text language sql security definer set search_path = '' as $$ select public.trusts() $$;
        create function public.open() returns text language sql security definer set search_path = '' as $$ select 'f(' $$;
        create table public."<script>'\""" (id int primary key, "it's (" text);
        alter table public."<script>'\""" enable row level security;
        create policy "<script>'\""" on public."<script>'\""" using ("it's (" = public.trusts() and public.trusts("it's (") <> repeat('it''s', 2));
        create policy long on public."<script>'\""" for select using (public.trusts() = 'LONG');
        create table public.slow (id int primary key);
        alter table public.slow enable row level security;
        create policy slow on public.slow using (pg_sleep(60) is not null);
        do $$ begin
          for i in 1..300 loop
            execute format('create function public.f%s() returns text language sql security definer as %L', i, repeat(format('select public.f%s(); ', i - 1), 20));
            execute format('create table public.t%s (id int primary key)', i);
            execute format('create policy p on public.t%s using (public.f%s() = public.f%s())', i, i, i);
          end loop;
        end $$;
        """
            .replace("LONG", "x''".repeat(20_000)));
  }

  @Test
  void isJudgedInTimeButForWhatIsSlowItself() {
    var began = System.nanoTime();
    var report = report();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(40));
    assertThat(report.unjudged()).anyMatch(each -> each.contains("public.slow"));
    assertThat(report.open().stream().filter(each -> each.entity().equals("<script>'\"")))
        .extracting(Finding::lint)
        .contains(Lint.RLS_REFERENCES_USER_METADATA, Lint.AUTH_RLS_INITPLAN);
    assertThat(
            report.open().stream()
                .filter(each -> each.lint() == Lint.ANON_SECURITY_DEFINER_FUNCTION_EXECUTABLE)
                .map(Finding::entity))
        .contains("open", "f300")
        .doesNotContain("closed");
  }

  private static Report report() {
    try (var database = Database.open(owner)) {
      return Advisor.report(database, List.of("public"));
    }
  }
}
