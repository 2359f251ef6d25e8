package io.stabbur.realtime.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.TestServer;
import java.util.ArrayList;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The values of events: each as `to_jsonb` has it, complete where the stream is not.
class ChangeValuesTest {
  private static final String ALICE = "11111111-1111-4111-8111-111111111111";
  private FeedBench bench;

  @BeforeEach
  void open() {
    bench = new FeedBench(TestServer.shared());
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void valuesOfAllTypesAreAsToJsonbHasThem() {
    // R12
    bench.sql(
        "create type mood as enum ('so sad', 'ok')",
        "create type pair as (a int, b text)",
        "create domain amount as numeric(10,2)",
        "create domain amounts as int[]",
        "create extension if not exists hstore with schema extensions");
    bench.table(
        "types",
        "id int8 primary key, i2 int2, n numeric, n2 numeric, f4 float4, f8 float8, f8n float8, b"
            + " boolean, t text, v varchar(9), c char(5), nm name, u uuid, d date, d2 date, ti"
            + " time, tz timetz, ts timestamp, ts2 timestamp, tsz timestamptz, tsz2 timestamptz, iv"
            + " interval, j json, jb jsonb, r int4range, mr int4multirange, ip inet, m macaddr, p"
            + " point, x xml, bt bit(4), tsv tsvector, mo mood, pa pair, am amount, ams amounts, h"
            + " extensions.hstore, o oid, mon money, ai int[], at text[], atz timestamptz[], an"
            + " numeric[], ab boolean[], aj jsonb[], apa pair[], abox box[], am2 int[], ai0 int[],"
            + " ae mood[], aby bytea[], nothing text");
    var got = bench.listen(bench.user(ALICE), "types");

    bench.sql(
        "insert into types values (9007199254740993, -5, 1.50, 'NaN', 1.5e20, 1e-7, 'Infinity',"
            + " true, E'a\"b\\\\c\\n"
            + "\\té\\u0001😀', 'v', 'c', 'n', gen_random_uuid(), '2026-02-03', '0044-03-15 BC',"
            + " '12:34:56.7', '12:34:56+05:30', '2026-02-03 04:05:06.007', '0044-03-15 01:02:03"
            + " BC', '2026-02-03 04:05:06+02', 'infinity', '1 day 02:03:04', '{ \"a\" : 1.0 }',"
            + " '{\"b\":[1,null]}', '[1,5)', '{[1,2),[5,6)}', '10.0.0.1/8', '08:00:2b:01:02:03',"
            + " '(1,2)', '<a/>', '1010', 'a b', 'so sad', '(1,\"x y\")', 12.3, '{1,2}',"
            + " 'a=>1,b=>NULL', 26, 12.34, '{1,NULL,3}', array['a b','NULL',null,'q\"\\\\,{}', ''],"
            + " '{2026-02-03 04:05:06+00}', '{1.0,NaN}', '{t,f,NULL}', array['{\"a\":1}'::jsonb],"
            + " array['(1,x)'::pair], '{(1,2),(3,4);(5,6),(7,8)}', '[0:1]={7,8}', '{}', '{\"so"
            + " sad\",ok}', array['\\x0a']::bytea[], null)");

    var want =
        bench
            .project()
            .admin()
            .transaction(
                Actor.of("postgres")
                    .with("TimeZone", "UTC")
                    .with("search_path", bench.schema() + ", extensions"),
                Access.READ,
                tx ->
                    tx.first(
                            Statement.of("select to_jsonb(types.*)::text from types"),
                            row -> row.getString(1))
                        .orElseThrow());
    var event = got.next();
    var row = event.row();
    Json.parse(want)
        .entries()
        .forEach(
            entry ->
                assertThat(Json.write(Objects.requireNonNull(row.get(entry.getKey()))))
                    .as(entry.getKey())
                    .isEqualTo(
                        switch (entry.getKey()) {
                          // Postgres prints the number in full, the stream in short
                          case "f4" -> "1.5E+20";
                          case "f8" -> "1E-7";
                          default -> Json.write(entry.getValue());
                        }));
    // R13
    assertThat(event.text()).contains("\"id\":9007199254740993,").contains("\"n\":1.50,");
    assertThat(event.text()).contains("{\"name\":\"ai\",\"type\":\"_int4\"}");
  }

  @Test
  void bytesArePlainHexadecimal() {
    bench.table("blobs", "id int primary key, data bytea");
    var got = bench.listen(bench.user(ALICE), "blobs");
    bench.sql("insert into blobs values (1, '\\x00ff')");
    assertThat(got.next().text()).contains("\"data\":\"00ff\"");
  }

  @Test
  void aLargeValueThatDidNotChangeIsInTheRow() {
    // R8
    for (var identity : new String[] {"full", "default"}) {
      var name = "large_" + identity;
      bench.table(name, "id int primary key, word text, big jsonb");
      bench.sql(
          "alter table " + name + " replica identity " + identity,
          "alter table " + name + " alter big set storage external");
      bench.sql("insert into " + name + " values (1, 'a', to_jsonb(repeat('x', 200000)))");
      var got =
          bench.subscribe(
              bench.user(ALICE),
              bench.binding(1, "UPDATE", name, null),
              bench.binding(2, "UPDATE", name, "big=not.is.null"));

      bench.sql("update " + name + " set word = 'b'");

      var event = got.next();
      assertThat(event.ids()).as(identity).containsExactlyInAnyOrder(1, 2);
      assertThat(event.word("big")).as(identity).hasSize(200_000);
    }
  }

  /// The row is read again by its key, whose type has a check that says as whom it was called.
  @Test
  void codeOfAKeysTypeRunsAsTheOwnerOfTheTable() {
    var owner = bench.schema() + "_owner";
    bench.sql(
        "create role " + owner,
        "grant " + owner + " to postgres",
        "grant usage, create on schema " + bench.schema() + " to " + owner,
        "create function checked(v text) returns boolean language plpgsql immutable as $$ begin if"
            + " current_setting('transaction_read_only') = 'off' or current_user = '"
            + owner
            + "' then return true; end if; raise exception 'called as %', current_user; end $$",
        "create domain code as text check (checked(value))");
    bench.table("coded", "id code primary key, word text, big text");
    bench.sql(
        "alter table coded owner to " + owner,
        "alter table coded alter big set storage external",
        "insert into coded values ('k', 'a', repeat('x', 20000))");
    var got = bench.subscribe(bench.user(ALICE), bench.binding(1, "UPDATE", "coded", null));

    bench.sql("update coded set word = 'b'");

    assertThat(got.next().word("big")).hasSize(20_000);
    bench.sql("drop table coded", "drop owned by " + owner, "drop role " + owner);
  }

  @Test
  void generatedColumnsAreComputedFromTheRowAsItWasWritten() {
    // 2.10
    bench.table(
        "sums",
        "id int primary key, a int, b numeric, total numeric generated always as (a * b) stored,"
            + " label text generated always as ('n' || a::text) stored");
    var got =
        bench.subscribe(
            bench.user(ALICE),
            bench.binding(1, "*", "sums", null),
            bench.binding(2, "*", "sums", "total=gt.5"));

    bench.sql("insert into sums values (1, 2, 3.5)", "update sums set a = 1", "delete from sums");

    var insert = got.next();
    assertThat(insert.ids()).containsExactlyInAnyOrder(1, 2);
    assertThat(insert.text())
        .contains("\"record\":{\"id\":1,\"a\":2,\"b\":3.5,\"total\":7.0,\"label\":\"n2\"}");
    var update = got.next();
    assertThat(update.ids()).containsExactly(1);
    assertThat(update.decimal("total")).isEqualTo(3.5);
    assertThat(got.next().type()).isEqualTo("DELETE");
  }

  @Test
  void anEventOfMoreThanAMegabyteKeepsItsShortValues() {
    bench.table("huge", "id int primary key, word text, big text");
    var got = bench.listen(bench.user(ALICE), "huge");
    bench.sql("insert into huge values (1, 'short', repeat('y', 1100000))");
    var event = got.next();
    assertThat(event.text())
        .hasSizeLessThan(1_000)
        .contains("\"record\":{\"id\":1,\"word\":\"short\"}")
        .contains("\"errors\":[\"Error 413: Payload Too Large\"]");
  }

  @Test
  void theOldRowFollowsTheReplicaIdentity() {
    bench.table("plain", "id int primary key, word text");
    bench.table("whole", "id int primary key, word text");
    bench.sql("alter table whole replica identity full");
    bench.table("by_index", "id int primary key, other int not null, word text");
    bench.sql(
        "create unique index by_other on by_index (other)",
        "alter table by_index replica identity using index by_other");
    bench.sql(
        "insert into plain values (1, 'a')",
        "insert into whole values (1, 'a')",
        "insert into by_index values (1, 7, 'a')");
    var plain = bench.listen(bench.user(ALICE), "plain");
    var whole = bench.listen(bench.user(ALICE), "whole");
    var byIndex = bench.listen(bench.user(ALICE), "by_index");

    bench.sql("update plain set word = 'b'", "update plain set id = 2");
    bench.sql("update whole set word = 'b'");
    bench.sql("delete from by_index");

    assertThat(afterInserts(plain)).contains("\"old_record\":{\"id\":1}");
    assertThat(afterInserts(plain))
        .contains("\"record\":{\"id\":2,\"word\":\"b\"},\"old_record\":{\"id\":1}");
    assertThat(afterInserts(whole)).contains("\"old_record\":{\"id\":1,\"word\":\"a\"}");
    assertThat(afterInserts(byIndex)).contains("\"old_record\":{\"other\":7}");
  }

  /// The next change that is no insert: one made just before a subscription may still come.
  private static String afterInserts(Recorder recorder) {
    String text;
    do {
      text = recorder.next().text();
    } while (text.contains("\"type\":\"INSERT\""));
    return text;
  }

  @Test
  void onlyTheSelectedColumnsAndTheKeyAreSent() {
    bench.table("notes", "id int primary key, word text, size int");
    bench.sql("alter table notes replica identity full");
    var got = bench.subscribe(bench.user(ALICE), bench.binding(1, "*", "notes", null, "word"));
    bench.sql("insert into notes values (1, 'a', 5)", "update notes set word = 'b'");
    assertThat(got.next().text())
        .contains(
            "\"columns\":[{\"name\":\"id\",\"type\":\"int4\"},{\"name\":\"word\",\"type\":\"text\"}]")
        .contains("\"record\":{\"id\":1,\"word\":\"a\"}");
    assertThat(got.next().text()).contains("\"old_record\":{\"id\":1,\"word\":\"a\"}");
  }

  /// Functions that show values may show each reader something else, nothing, or fail.
  @Test
  void aValueWithACastOfItsOwnIsShownAsItsReaderMaySeeIt() {
    bench.sql(
        "create type secret as enum ('a', 'b', 'c')",
        "create domain veiled as text",
        "create function show(v secret) returns json language plpgsql stable as $$ begin"
            + " if auth.role() = 'service_role' then return to_json(v::text); end if;"
            + " if v = 'c' then raise exception 'hidden'; end if;"
            + " return to_json('masked'::text); end $$",
        "create function show(v veiled) returns json language plpgsql stable as $$ begin"
            + " if auth.role() = 'service_role' then return to_json(v::text); end if;"
            + " if v = 'raises' then raise exception 'hidden'; end if;"
            + " if v = 'nothing' then return null; end if;"
            + " return to_json('masked'::text); end $$",
        "create cast (secret as json) with function show(secret) as implicit",
        "set local client_min_messages = error",
        "create cast (veiled as json) with function show(veiled) as implicit",
        "create type pair as (id int, inner_secret secret)");
    bench.table("cases", "id int primary key, s secret, v veiled, many secret[], p pair");
    bench.sql("alter table cases replica identity full");
    var user = bench.listen(bench.user(ALICE), "cases");
    var service = bench.listen(bench.caller("service_role", Map.of()), "cases");

    bench.sql(
        "insert into cases values (1, 'a', 'clear', '{a}', '(1,a)')",
        "insert into cases values (2, 'c', 'nothing', '{b,c}', '(1,c)')",
        "insert into cases values (3, null, 'raises', null, null)");

    assertThat(user.next().text())
        .contains(
            "\"record\":{\"id\":1,\"s\":\"masked\",\"v\":\"masked\",\"many\":[\"masked\"],\"p\":{\"id\":"
                + " 1, \"inner_secret\": \"masked\"}}");
    assertThat(user.next().text())
        .contains("\"record\":{\"id\":2,\"s\":null,\"v\":null,\"many\":null,\"p\":null}");
    assertThat(user.next().text())
        .contains("\"record\":{\"id\":3,\"s\":null,\"v\":null,\"many\":null,\"p\":null}");
    assertThat(service.next().text())
        .contains("\"s\":\"a\",\"v\":\"clear\"")
        .contains("\"inner_secret\": \"a\"");
    assertThat(service.next().text()).contains("\"s\":\"c\",\"v\":\"nothing\"");
    assertThat(service.next().text()).contains("\"v\":\"raises\"");
  }

  /// A token that changes while a change is on its way: it was judged and is shown as one reader,
  /// and is handed to no other.
  @Test
  void aChangeIsShownToTheReaderAsWhomItWasJudged() throws InterruptedException {
    bench.sql(
        "create domain veiled as text",
        "create function show(v veiled) returns json language sql stable as $$"
            + " select to_json('shown to '::text || auth.role()) $$",
        "set local client_min_messages = error",
        "create cast (veiled as json) with function show(veiled) as implicit");
    bench.guarded("notes", "id int primary key, v veiled", "true");
    var got = new Recorder();
    var service = bench.caller("service_role", Map.of());
    var subscription = bench.subscription(service, got, bench.binding(1, "*", "notes", null));
    var isOver = new AtomicBoolean();
    var changing =
        Thread.ofVirtual()
            .start(
                () -> {
                  for (int i = 0; !isOver.get(); i++) {
                    subscription.reauthorize(i % 2 == 0 ? bench.user(ALICE) : service);
                    LockSupport.parkNanos(500_000);
                  }
                });
    for (int i = 1; i <= 150; i++) {
      bench.sql("insert into notes values (" + i + ", 'stored')");
    }
    isOver.set(true);
    changing.join();
    bench.sql("insert into notes values (151, 'stored')");
    var ids = new ArrayList<Integer>();
    while (!ids.contains(151)) {
      var next = got.next();
      assertThat(next.word("v")).isIn("shown to authenticated", "shown to service_role");
      ids.add(next.number("id"));
    }
    assertThat(ids).isSorted().doesNotHaveDuplicates();
    assertThat(ids.size() == 151 || got.systems().stream().anyMatch(told -> told.contains("token")))
        .isTrue();
  }
}
