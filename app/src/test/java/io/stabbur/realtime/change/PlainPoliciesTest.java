package io.stabbur.realtime.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.realtime.change.table.PlainPolicies;
import io.stabbur.realtime.change.table.PlainPolicies.Kind;
import io.stabbur.realtime.change.table.Tables;
import io.stabbur.testing.TestServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which policies leave nothing behind and read who asks by the claims or `auth.uid()`.
class PlainPoliciesTest {
  private FeedBench bench;

  @BeforeEach
  void open() {
    bench = new FeedBench(TestServer.shared());
    bench.sql(
        "create table members (grp int, person uuid, primary key (person, grp))",
        "create table watched (id int)",
        "alter table watched enable row level security",
        "create policy keeps on watched for select to authenticated"
            + " using (set_config('app.last', id::text, true) is not null)",
        "create view seen as select current_setting('request.jwt.claim.sub', true) as who",
        "create function sees(wanted int) returns boolean language plpgsql stable as $$ begin"
            + " return exists (select from members m where m.grp = wanted and m.person = auth.uid());"
            + " end $$",
        "create function remembers() returns text language sql stable as"
            + " $$ select set_config('app.person', 'x', true) $$",
        "create function by_another() returns text language sql stable as"
            + " $$ select remembers() $$",
        "create function standard() returns text language sql stable"
            + " begin atomic select remembers(); end",
        "create function joined(name text) returns text language sql stable as"
            + " $$ select current_setting('request.jwt.' || name, true) $$",
        "create function dynamic() returns int language plpgsql stable as"
            + " $$ declare n int; begin execute 'select 1' into n; return n; end $$",
        "create function watches() returns bigint language sql stable as"
            + " $$ select count(*) from watched $$",
        "create operator ### (rightarg = int, function = sees)");
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private Kind kind(String using) {
    bench.guarded("notes", "id int primary key, owner uuid, grp int, word text", using);
    var admin = bench.project().admin();
    var table = new Tables(admin).read(bench.oid("notes")).orElseThrow();
    return new PlainPolicies(admin).of(table);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "owner = (select auth.uid())",
        "grp = ((select auth.jwt()) ->> 'grp')::int",
        "exists (select from members m where m.grp = notes.grp and m.person = auth.uid())",
        "sees(grp)",
        "auth.role() = 'authenticated' and ### grp",
        "word = current_setting('request.jwt.claims', true)"
      })
  void commonPoliciesArePlain(String using) {
    assertThat(kind(using)).isEqualTo(Kind.PLAIN_BY_SUBJECT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "word = set_config('app.person', word, true)",
        "word = remembers()",
        "word = by_another()",
        "word = standard()",
        "dynamic() = 1",
        "watches() > 0",
        "exists (select from watched)",
        "word in (select setting from pg_settings)",
        "grp > random()",
        "pg_try_advisory_xact_lock(1)"
      })
  void thoseThatMayKeepSomethingAreNot(String using) {
    assertThat(kind(using)).isEqualTo(Kind.ANY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "word = joined('claim.sub')",
        "word = current_setting('request.jwt.claim.sub', true)",
        "word = current_setting('request.jwt.claim.' || 'sub', true)",
        "word in (select who from seen)",
        "owner = private.uid()"
      })
  void thoseThatReadTheSubjectByTheirOwnFindItAsInARequest(String using) {
    assertThat(kind(using)).isEqualTo(Kind.PLAIN);
  }
}
