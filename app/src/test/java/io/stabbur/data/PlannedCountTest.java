package io.stabbur.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.db.Login;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.Tokens;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// M1: `Prefer: count=planned` and `estimated` where row security hides rows. The planner's numbers
/// tell of rows that the caller may not see.
class PlannedCountTest {
  private static final String FEW = "00000000-0000-4000-8000-000000000007";
  private static final String MANY = "00000000-0000-4000-8000-000000000008";
  private static final String NONE = "00000000-0000-4000-8000-000000000009";
  private static final int MAX_ROWS = 100;

  @BeforeAll
  static void writeDiary() {
    execute(
        """
        create table shelf.diary (id int primary key, owner uuid, book_id int references shelf.books);
        insert into shelf.diary
          select n, case when n <= 7 then '%s'::uuid when n <= 500 then '%s'::uuid
            else '00000000-0000-4000-8000-00000000000a'::uuid end, 1
          from generate_series(1, 5000) n;
        analyze shelf.diary;
        alter table shelf.diary enable row level security;
        create policy own on shelf.diary
          using (owner::text = current_setting('request.jwt.claims', true)::json->>'sub');
        create view shelf.diary_pages with (security_invoker) as select * from shelf.diary;
        create view shelf.diary_lines with (security_invoker) as select * from shelf.diary_pages;
        grant select on shelf.diary, shelf.diary_pages, shelf.diary_lines
          to authenticated, service_role;
        alter role authenticator set pgrst.db_max_rows = '%d';
        notify pgrst, 'reload config'; notify pgrst, 'reload schema'
        """
            .formatted(FEW, MANY, MAX_ROWS));
    await(() -> range("/diary_lines?select=id", MANY, "count=exact").equals("0-99/493"));
  }

  @AfterAll
  static void removeDiary() {
    execute(
        """
        drop table shelf.diary cascade;
        alter role authenticator reset pgrst.db_max_rows;
        notify pgrst, 'reload config'; notify pgrst, 'reload schema'
        """);
    await(() -> status("/diary") == 404);
  }

  @Test
  void aTableTellsTheCallersOwnRows() {
    for (var count : new String[] {"count=planned", "count=estimated"}) {
      assertThat(range("/diary?select=id", FEW, count)).isEqualTo("0-6/7");
      assertThat(range("/diary?select=id&limit=2", FEW, count)).isEqualTo("0-1/7");
      assertThat(range("/diary?select=id", NONE, count)).isEqualTo("*/0");
      assertThat(range("/diary?select=id&id=gt.5", FEW, count)).isEqualTo("0-1/2");
    }
  }

  @Test
  void aViewOfAViewAndAnEmbedDoTheSame() {
    for (var count : new String[] {"count=planned", "count=estimated"}) {
      assertThat(range("/diary_lines?select=id", FEW, count)).isEqualTo("0-6/7");
      assertThat(range("/books?select=id,diary!inner(id)", NONE, count)).isEqualTo("*/0");
      assertThat(range("/books?select=id,diary!inner(id)", FEW, count)).isEqualTo("0-0/1");
    }
  }

  @Test
  void moreRowsThanTheLimitAreToldAsOneMore() {
    for (var count : new String[] {"count=planned", "count=estimated"}) {
      assertThat(range("/diary?select=id", MANY, count)).isEqualTo("0-99/101");
      assertThat(range("/diary?select=id&offset=200&limit=10", MANY, count))
          .isEqualTo("200-209/210");
    }
  }

  @Test
  void whoPassesRowSecurityGetsThePlannersNumber() {
    var service = DataServer.shared().project().keys().serviceRoleKey().reveal();
    var answer =
        Http.get(
            DataServer.rest() + "/diary?select=id", "apikey", service, "Prefer", "count=planned");

    assertThat(answer.headers().firstValue("Content-Range")).hasValue("0-99/5000");
  }

  @Test
  void aSettingGivesThePlannersNumberToEverybody() {
    asSuperuser("alter role authenticator set pgrst.db_planned_counts = 'planner'; " + RELOAD);
    try {
      await(() -> range("/diary?select=id", NONE, "count=planned").matches("\\*/[1-9][0-9]+"));
    } finally {
      asSuperuser("alter role authenticator reset pgrst.db_planned_counts; " + RELOAD);
      await(() -> range("/diary?select=id", NONE, "count=planned").equals("*/0"));
    }
  }

  @Test
  void anExecutionPlanIsNotAnsweredUnlessASettingAllowsIt() {
    var answer =
        Http.get(
            DataServer.rest() + "/diary",
            "apikey",
            DataServer.anonKey(),
            "Accept",
            "application/vnd.pgrst.plan+json");

    assertThat(answer.statusCode()).isEqualTo(406);
    assertThat(answer.body()).doesNotContain("Plan Rows");
  }

  private static final String RELOAD = "notify pgrst, 'reload config'";

  private static void execute(String sql) {
    Login admin = DataServer.shared().project().admin().login();
    TestPostgres.execute(admin, sql);
  }

  private static void asSuperuser(String sql) {
    var project = DataServer.shared().project();
    TestPostgres.execute(
        new Login(
            project.admin().login().url(),
            "supabase_admin",
            project.keys().superuserPassword(),
            1,
            project.admin().login().patience()),
        sql);
  }

  private static String range(String path, String user, String preference) {
    var answer =
        Http.get(
            DataServer.rest() + path,
            "apikey",
            DataServer.anonKey(),
            "Authorization",
            "Bearer " + Tokens.of(DataServer.shared().project(), "authenticated", user),
            "Prefer",
            preference);
    return answer.headers().firstValue("Content-Range").orElse(answer.body());
  }

  private static int status(String path) {
    return Http.get(DataServer.rest() + path, "apikey", DataServer.anonKey()).statusCode();
  }

  private static void await(BooleanSupplier condition) {
    for (int i = 0; i < 200; i++) {
      if (condition.getAsBoolean()) {
        return;
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    throw new AssertionError("the condition was not met in 10 seconds");
  }
}
