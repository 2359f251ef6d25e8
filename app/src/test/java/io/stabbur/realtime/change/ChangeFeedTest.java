package io.stabbur.realtime.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.TestServer;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a subscriber gets of the changes of a table.
class ChangeFeedTest {
  private static final String ALICE = "11111111-1111-4111-8111-111111111111";
  private static final String BOB = "22222222-2222-4222-8222-222222222222";
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
  void insertsUpdatesAndDeletesArriveInTheOrderOfTheirCommits() {
    bench.table("notes", "id int primary key, body text");
    var got = bench.listen(bench.user(ALICE), "notes");

    bench.sql("insert into notes values (1, 'one')");
    bench.sql("update notes set body = 'two' where id = 1");
    bench.sql("delete from notes where id = 1");

    var insert = got.next();
    assertThat(insert.ids()).containsExactly(1);
    assertThat(insert.text())
        .startsWith(
            "{\"schema\":\"" + bench.schema() + "\",\"table\":\"notes\",\"type\":\"INSERT\"")
        .contains(
            "\"columns\":[{\"name\":\"id\",\"type\":\"int4\"},{\"name\":\"body\",\"type\":\"text\"}]")
        .contains("\"record\":{\"id\":1,\"body\":\"one\"},\"errors\":null")
        .containsPattern(
            "\"commit_timestamp\":\"20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z\"")
        .doesNotContain("old_record");
    assertThat(got.next().text())
        .contains("\"type\":\"UPDATE\"")
        .contains("\"record\":{\"id\":1,\"body\":\"two\"},\"old_record\":{\"id\":1}");
    assertThat(got.next().text())
        .contains("\"type\":\"DELETE\"")
        .contains("\"old_record\":{\"id\":1}")
        .doesNotContain("\"record\":");
    assertThat(got.nextSystem()).isEqualTo("ok: Subscribed to PostgreSQL");
  }

  @Test
  void aWriteMadeWhenTheAnswerHasComeIsDelivered() {
    // R4
    bench.table("notes", "id int primary key");
    for (int i = 0; i < 100; i++) {
      var got = new Recorder();
      try (var _ =
          bench.subscription(bench.user(ALICE), got, bench.binding(1, "INSERT", "notes", null))) {
        bench.sql("insert into notes values (" + i + ")");
        assertThat(got.next().number("id")).isEqualTo(i);
      }
    }
  }

  @Test
  void policiesDecideWhoGetsAChange() {
    bench.guarded("notes", "id int primary key, owner uuid", "owner = (select auth.uid())");
    var alice = bench.listen(bench.user(ALICE), "notes");
    var bob = bench.listen(bench.user(BOB), "notes");
    var anon = bench.listen(bench.caller("anon", Map.of()), "notes");
    var service = bench.listen(bench.caller("service_role", Map.of()), "notes");

    bench.sql(
        "insert into notes values (1, '" + ALICE + "')",
        "insert into notes values (2, '" + BOB + "')");

    assertThat(alice.next().number("id")).isEqualTo(1);
    assertThat(bob.next().number("id")).isEqualTo(2);
    // R31: a role that bypasses policies sees all
    assertThat(service.next().number("id")).isEqualTo(1);
    assertThat(service.next().number("id")).isEqualTo(2);
    assertThat(anon.rest()).isEmpty();
    assertThat(alice.rest()).isEmpty();
    assertThat(bob.rest()).isEmpty();
  }

  @Test
  void aSubscriberWhosePolicyRaisesLosesItsOwnEventAlone() {
    // R1
    bench.guarded("notes", "id int primary key, app uuid", "app = (auth.jwt() ->> 'app_id')::uuid");
    var claims = Map.of("sub", ALICE, "app_id", ALICE);
    var healthy = bench.listen(bench.caller("authenticated", claims), "notes");
    var other =
        bench.listen(bench.caller("authenticated", Map.of("sub", BOB, "app_id", ALICE)), "notes");
    var broken =
        bench.listen(bench.caller("authenticated", Map.of("sub", BOB, "app_id", "null")), "notes");
    long failures = bench.feeds().counts(bench.project()).probeFailures();

    bench.sql("insert into notes values (1, '" + ALICE + "')");

    assertThat(healthy.next().number("id")).isEqualTo(1);
    assertThat(other.next().number("id")).isEqualTo(1);
    assertThat(broken.rest()).isEmpty();
    assertThat(bench.feeds().counts(bench.project()).probeFailures()).isEqualTo(failures + 1);
  }
}
