package io.stabbur.realtime.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Await;
import io.stabbur.testing.TestServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Tables of every kind, what roles may see of them, and publications that change.
class ChangeTablesTest {
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
  void aPartitionedTableIsHeardByItsOwnNameWhicheverWayItIsPublished() {
    // R9
    for (boolean root : new boolean[] {false, true}) {
      var name = "parts_" + root;
      bench.guarded(
          name,
          "id int, owner uuid, primary key (id)) partition by range (id",
          "owner = (select auth.uid())");
      bench.sql(
          "create table %s_1 partition of %s for values from (0) to (10)".formatted(name, name),
          "create table %s_2 partition of %s for values from (10) to (20)".formatted(name, name),
          "grant select on %s_1 to service_role".formatted(name),
          "alter publication supabase_realtime set (publish_via_partition_root = %s)"
              .formatted(root));
      try {
        var parent = bench.listen(bench.user(ALICE), name);
        var leaf =
            bench.subscribe(
                bench.caller("service_role", Map.of()), bench.binding(2, "*", name + "_1", null));

        bench.sql(
            "insert into %s values (1, '%s')".formatted(name, ALICE),
            "insert into %s values (2, null)".formatted(name),
            "insert into %s values (11, '%s')".formatted(name, ALICE));

        var first = parent.next();
        assertThat(first.table()).isEqualTo(name);
        assertThat(first.number("id")).isEqualTo(1);
        assertThat(parent.next().number("id")).isEqualTo(11);
        assertThat(parent.rest()).isEmpty();
        if (!root) {
          assertThat(leaf.next().table()).isEqualTo(name + "_1");
        }
      } finally {
        bench.sql("alter publication supabase_realtime set (publish_via_partition_root = false)");
      }
    }
  }

  @Test
  void aChangeOfThePublicationLosesNoEventOfOtherTables() {
    // R6
    bench.table("a", "id int primary key");
    bench.sql("create table b (id int primary key)", "grant select on b to authenticated");
    var got = bench.listen(bench.user(ALICE), "a");
    var later = bench.listen(bench.user(ALICE), "b");
    assertThat(later.nextSystem()).startsWith("error: Unable to subscribe").contains("table: b");

    for (int i = 0; i < 200; i++) {
      bench.sql("insert into a values (" + i + ")");
      if (i == 50) {
        bench.sql("alter publication supabase_realtime add table " + bench.schema() + ".b");
      }
      if (i == 100) {
        bench.sql("alter publication supabase_realtime drop table " + bench.schema() + ".b");
      }
      if (i == 150) {
        bench.sql("alter publication supabase_realtime add table " + bench.schema() + ".b");
      }
    }

    for (int i = 0; i < 200; i++) {
      assertThat(got.next().number("id")).isEqualTo(i);
    }
    assertThat(got.nextSystem()).isEqualTo("ok: Subscribed to PostgreSQL");
    assertThat(later.nextSystem()).isEqualTo("ok: Subscribed to PostgreSQL");
    bench.sql("insert into b values (1)");
    assertThat(later.next().number("id")).isEqualTo(1);
  }

  @Test
  void aRoleSeesTheColumnsItMaySelect() {
    // R31
    bench.table("people", "id int primary key, name text, secret text");
    bench.sql(
        "revoke select on people from anon, authenticated",
        "grant select (id, name) on people to authenticated",
        "grant select (name) on people to anon",
        "alter table people replica identity full");
    var user = bench.listen(bench.user(ALICE), "people");
    var anon = bench.listen(bench.caller("anon", Map.of()), "people");
    var service = bench.listen(bench.caller("service_role", Map.of()), "people");

    bench.sql("insert into people values (1, 'n', 's')", "update people set secret = 't'");

    assertThat(user.next().text())
        .contains("\"record\":{\"id\":1,\"name\":\"n\"}")
        .contains(
            "\"columns\":[{\"name\":\"id\",\"type\":\"int4\"},{\"name\":\"name\",\"type\":\"text\"}]");
    assertThat(user.next().text()).doesNotContain("secret");
    assertThat(anon.next().text())
        .contains("\"columns\":[],\"record\":{},\"errors\":[\"Error 401: Unauthorized\"]")
        .contains("\"commit_timestamp\":\"20");
    assertThat(service.next().text()).contains("\"secret\":\"s\"");
  }

  @Test
  void aRoleWithoutAnyRightIsToldAndHearsNothing() {
    bench.table("people", "id int primary key");
    bench.sql("revoke select on people from anon");
    var anon = bench.listen(bench.caller("anon", Map.of()), "people");
    var user = bench.listen(bench.user(ALICE), "people");
    assertThat(anon.nextSystem())
        .startsWith("error:")
        .contains("permission denied for table people");

    bench.sql("insert into people values (1)");

    user.next();
    assertThat(anon.rest()).isEmpty();
  }

  @Test
  void aRightTakenAwayCountsFromTheNextChange() {
    bench.table("notes", "id int primary key, word text");
    var got = bench.listen(bench.user(ALICE), "notes");
    bench.sql("insert into notes values (1, 'a')");
    assertThat(got.next().text()).contains("word");

    bench.sql(
        "revoke select on notes from authenticated", "grant select (id) on notes to authenticated");
    bench.sql("insert into notes values (2, 'b')");
    assertThat(got.next().text()).doesNotContain("word");

    bench.sql(
        "grant select on notes to authenticated",
        "alter table notes enable row level security",
        "create policy few on notes for select to authenticated using (id = 4)");
    bench.sql("insert into notes values (3, 'c')", "insert into notes values (4, 'd')");
    assertThat(got.next().number("id")).isEqualTo(4);

    bench.sql("alter policy few on notes using (id = 5)");
    bench.sql("insert into notes values (4 + 2, 'e')", "insert into notes values (5, 'f')");
    assertThat(got.next().number("id")).isEqualTo(5);
  }

  @Test
  void aTableWithoutAKeyIsAnsweredWithTheOriginalsError() {
    bench.table("bare", "id int, word text");
    var got = bench.listen(bench.user(ALICE), "bare");
    bench.sql("insert into bare values (1, 'a')");
    assertThat(got.next().text())
        .contains(
            "\"columns\":[],\"record\":{},\"errors\":[\"Error 400: Bad Request, no primary key\"]");
  }

  /// That a filter passed would tell values of rows that policies hide.
  @Test
  void filtersTellNothingOfRowsThatPoliciesCannotBeAskedAbout() {
    bench.guarded("bare", "id int, word text", "false");
    bench.guarded("keyless", "id int primary key, word text", "false");
    bench.table("marker", "id int primary key");
    bench.sql(
        "revoke select on keyless from authenticated",
        "grant select (word) on keyless to authenticated");
    var got =
        bench.subscribe(
            bench.user(ALICE),
            bench.binding(1, "*", "bare", "word=eq.secret"),
            bench.binding(2, "*", "keyless", "word=eq.secret"),
            bench.binding(3, "*", "bare", null),
            bench.binding(4, "*", "marker", null));

    bench.sql("insert into bare values (1, 'secret')", "insert into keyless values (1, 'secret')");
    bench.sql("insert into marker values (1)");

    assertThat(got.next().ids()).containsExactly(3);
    assertThat(got.next().ids()).containsExactly(4);
  }

  @Test
  void columnListsAndRowFiltersOfThePublicationAreObeyed() {
    // 2.10
    bench.sql(
        "create table notes (id int primary key, word text, hidden text)",
        "grant select on notes to authenticated",
        "alter publication supabase_realtime add table %s.notes (id, word) where (id > 5)"
            .formatted(bench.schema()));
    var got = bench.listen(bench.user(ALICE), "notes");
    bench.sql("insert into notes values (1, 'a', 'x')", "insert into notes values (6, 'b', 'y')");
    assertThat(got.next().text())
        .contains("\"record\":{\"id\":6,\"word\":\"b\"}")
        .doesNotContain("hidden");
  }

  @Test
  void rowsWithSeveralKeyColumnsAreJudgedByAllOfThem() {
    bench.guarded(
        "shares",
        "room text, person uuid, kind \"char\", at timestamptz, note text, primary key (person,"
            + " room, at)",
        "note = 'open'");
    var got = bench.listen(bench.user(ALICE), "shares");
    bench.sql(
        "insert into shares values ('a, b', '%1$s', 'x', '2026-01-01 00:00:00.123456+01', 'open')"
            .formatted(ALICE),
        "insert into shares values ('a, b', '%1$s', 'x', '2026-01-01 00:00:00.123457+01', 'shut')"
            .formatted(ALICE),
        "insert into shares values ('\"{}\\', '%1$s', null, 'infinity', 'open')".formatted(ALICE));
    assertThat(got.next().word("room")).isEqualTo("a, b");
    assertThat(got.next().word("room")).isEqualTo("\"{}\\");
  }

  @Test
  void namesThatNeedQuotesWork() {
    bench.table("\"We ird\"\"?\"", "\"I d\" int primary key, \"sel\"\"ect?\" text");
    bench.sql(
        "alter table \"We ird\"\"?\" enable row level security",
        "create policy p on \"We ird\"\"?\" for select to authenticated using (\"I d\" > 0)");
    var got =
        bench.subscribe(
            bench.user(ALICE), bench.binding(1, "*", "We ird\"?", "sel\"ect?=gt.a", "sel\"ect?"));
    bench.sql("insert into \"We ird\"\"?\" values (1, 'b')");
    assertThat(got.next().text()).contains("\"record\":{\"I d\":1,\"sel\\\"ect?\":\"b\"}");
  }

  @Test
  void aSubscriptionThatIsClosedHearsNothing() {
    bench.table("notes", "id int primary key");
    var got = new Recorder();
    var other = bench.listen(bench.user(ALICE), "notes");
    bench.subscription(bench.user(ALICE), got, bench.binding(1, "*", "notes", null)).close();
    bench.sql("insert into notes values (1)");
    other.next();
    assertThat(got.rest()).isEmpty();
  }

  @Test
  void aTokenCountsFromTheNextChange() {
    bench.guarded("notes", "id int primary key, owner uuid", "owner = auth.uid()");
    var got = new Recorder();
    var bob = "22222222-2222-4222-8222-222222222222";
    var subscription =
        bench.subscription(bench.user(ALICE), got, bench.binding(1, "*", "notes", null));
    bench.sql("insert into notes values (1, '" + ALICE + "')");
    assertThat(got.next().number("id")).isEqualTo(1);

    subscription.reauthorize(bench.user(bob));
    bench.sql(
        "insert into notes values (2, '" + ALICE + "')",
        "insert into notes values (3, '" + bob + "')");

    assertThat(got.next().number("id")).isEqualTo(3);
  }

  @Test
  void manySubscribersOfAChangeAreAllServedInOrder() {
    // R29
    bench.guarded(
        "notes", "id int primary key, owner uuid", "owner = (select auth.uid()) or id % 2 = 0");
    var all = new ArrayList<Recorder>();
    for (int i = 0; i < 60; i++) {
      all.add(bench.listen(bench.user("11111111-1111-4111-8111-1111111111" + (10 + i)), "notes"));
    }
    bench.sql(
        "insert into notes select i, '11111111-1111-4111-8111-111111111110' from generate_series(1,"
            + " 300) i");
    for (int i = 0; i < all.size(); i++) {
      int want = i == 0 ? 300 : 150;
      int last = 0;
      for (int n = 0; n < want; n++) {
        int id = all.get(i).next().number("id");
        assertThat(id).isGreaterThan(last);
        last = id;
      }
      assertThat(all.get(i).rest()).isEmpty();
    }
  }

  @Test
  void messagesOfTheDatabaseArrive() {
    var got = new LinkedBlockingQueue<String>();
    var sink =
        new BroadcastSink() {
          @Override
          public void message(UUID id, String topic, String event, Body body, Room room) {
            got.add(
                topic
                    + " "
                    + event
                    + " "
                    + room
                    + " "
                    + switch (body) {
                      case Body.Json(var utf8) -> new String(utf8, StandardCharsets.UTF_8);
                      case Body.Bytes(var bytes) -> HexFormat.of().formatHex(bytes);
                    });
          }
        };
    try (var messages = bench.feeds().of(bench.project()).listen(sink)) {
      messages.ready().toCompletableFuture().join();
      bench.sql(
          "select realtime.send('{\"id\":7,\"a\":1}', 'e', 'room:1', true)",
          "select realtime.send_binary('\\x00ff', 'b', 'room:2', false)");
      Await.until("two messages", () -> got.size() == 2);
    }
    assertThat(List.copyOf(got))
        .containsExactly("room:1 e PRIVATE {\"a\": 1, \"id\": 7}", "room:2 b PUBLIC 00ff");
  }
}
