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

/// Functions that remember in their session what they found out about the caller, an organization
/// for example: the next caller on the connection, of another organization, does not get that.
class RememberedOrganizationTest {
  private static final TestServer SERVER = TestServer.shared();
  private static final Project PROJECT = SERVER.project();
  private static final String ONE = UUID.randomUUID().toString();
  private static final String OTHER = UUID.randomUUID().toString();

  @BeforeAll
  static void makeTable() {
    TestPostgres.execute(
        PROJECT.admin().login(),
        """
        create function public.remembered() returns text language plpgsql as $$ begin
          if coalesce(current_setting('app.organization', true), '') = '' then
            perform set_config('app.organization', auth.uid()::text, false);
          end if;
          return current_setting('app.organization');
        end $$;
        create function public.remembered_rows() returns text language plpgsql as $$ begin
          create temp table if not exists remembered_ids as select public.remembered() as id;
          return (select string_agg(id, ',') from remembered_ids);
        end $$;
        create table public.remembered_notes (id text primary key);
        insert into public.remembered_notes values ('%1$s'), ('%2$s');
        alter table public.remembered_notes enable row level security;
        create policy own on public.remembered_notes using (id = public.remembered());
        create policy own_files on storage.objects for select to authenticated
          using (bucket_id = 'remembered' and name = public.remembered());
        insert into storage.buckets (id, name) values ('remembered', 'remembered');
        insert into storage.objects (bucket_id, name) values ('remembered', '%1$s'), ('remembered', '%2$s');
        grant select, update on public.remembered_notes to authenticated
        """
            .formatted(ONE, OTHER));
    Await.until("the table is served", () -> read("/rest/v1/remembered_notes", ONE).contains(ONE));
  }

  @AfterAll
  static void dropTable() {
    TestPostgres.execute(
        PROJECT.admin().login(),
        "set storage.allow_delete_query = 'true';"
            + " drop policy own_files on storage.objects; drop table public.remembered_notes;"
            + " drop function public.remembered_rows(); drop function public.remembered();"
            + " delete from storage.objects where bucket_id = 'remembered';"
            + " delete from storage.buckets where id = 'remembered'");
  }

  private static String[] headers(String person) {
    return new String[] {
      "apikey",
      PROJECT.keys().anonKey().reveal(),
      "Authorization",
      "Bearer " + Tokens.of(PROJECT, "authenticated", person),
      "Content-Type",
      "application/json",
      "Prefer",
      "return=representation"
    };
  }

  private static String read(String path, String person) {
    return Http.get(SERVER.url() + path, headers(person)).body();
  }

  private static String post(String path, String body, String person) {
    return Http.send("POST", SERVER.url() + path, body, headers(person)).body();
  }

  @Test
  void eachIsAnsweredItsOwn() {
    for (int turn = 0; turn < 5; turn++) {
      for (var person : new String[] {ONE, OTHER}) {
        var other = person.equals(ONE) ? OTHER : ONE;
        assertThat(post("/rest/v1/rpc/remembered", "{}", person)).isEqualTo('"' + person + '"');
        assertThat(read("/rest/v1/remembered_notes", person))
            .contains(person)
            .doesNotContain(other);
        assertThat(post("/rest/v1/rpc/remembered_rows", "{}", person))
            .isEqualTo('"' + person + '"');
        assertThat(post("/storage/v1/object/list/remembered", "{\"prefix\": \"\"}", person))
            .contains(person)
            .doesNotContain(other);
      }
    }
  }
}
