package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.project.Project;
import io.stabbur.testing.Await;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import io.stabbur.testing.Tokens;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Policies that call a function which is declared `immutable` and is not: Postgres computes it
/// while it plans, and a plan that is kept would judge the next caller by the claims of the first.
/// Older projects have such a function in schema `auth`.
class ImmutablePolicyTest {
  private static final TestServer SERVER = TestServer.shared();
  private static final Project PROJECT = SERVER.project();
  private static final String ONE = UUID.randomUUID().toString();
  private static final String OTHER = UUID.randomUUID().toString();

  @BeforeAll
  static void makeTable() {
    TestPostgres.execute(
        PROJECT.admin().login(),
        """
        create function public.claimed(name text) returns text language sql stable as
          $$ select current_setting('request.jwt.claims', true)::json ->> name $$;
        create function auth.whose() returns text language sql immutable as
          $$ select public.claimed('sub') $$;
        create table public.whose_rows (id int primary key, owner text);
        insert into public.whose_rows values (1, '%s'), (2, '%s');
        alter table public.whose_rows enable row level security;
        create policy own on public.whose_rows using (owner = auth.whose());
        create function public.ids() returns setof int language plpgsql stable as
          $$ begin return query select id from public.whose_rows; end $$;
        grant select on public.whose_rows to authenticated
        """
            .formatted(ONE, OTHER));
    Await.until("the table is served", () -> read("/whose_rows", ONE).equals("[{\"id\":1}]"));
  }

  @AfterAll
  static void dropTable() {
    TestPostgres.execute(
        PROJECT.admin().login(),
        "drop function public.ids(); drop table public.whose_rows; drop function auth.whose(); drop"
            + " function public.claimed(text)");
  }

  private static String read(String path, String person) {
    return Http.get(
            SERVER.url() + "/rest/v1" + (path.startsWith("/rpc") ? path : path + "?select=id"),
            "apikey",
            PROJECT.keys().anonKey().reveal(),
            "Authorization",
            "Bearer " + Tokens.of(PROJECT, "authenticated", person))
        .body();
  }

  @Test
  void nobodyReadsByThePlanOfAnother() {
    for (int turn = 0; turn < 20; turn++) {
      assertThat(read("/whose_rows", ONE)).isEqualTo("[{\"id\":1}]");
      assertThat(read("/whose_rows", OTHER)).isEqualTo("[{\"id\":2}]");
      assertThat(read("/rpc/ids", ONE)).isEqualTo("[1]");
      assertThat(read("/rpc/ids", OTHER)).isEqualTo("[2]");
    }
  }
}
