package io.stabbur.realtime.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.TestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Many rows of few groups, which an opaque policy cannot tell apart within a group: everybody gets
/// what it would get if each row were asked about.
class AlikeRowsTest {
  private static final int PEOPLE = 12;
  private static final int ROWS = 30;
  private static final int GROUPS = 3;
  private final List<Recorder> people = new ArrayList<>();
  private FeedBench bench;

  @BeforeEach
  void listen() {
    bench = new FeedBench(TestServer.shared());
    bench.sql(
        "create table members (grp int, person uuid, primary key (person, grp))",
        "grant select on members to authenticated",
        "create function sees(wanted int) returns boolean language plpgsql stable as"
            + " $$ begin return exists (select from %s.members m where m.grp = wanted and m.person = auth.uid()); end $$"
                .formatted(bench.schema()));
    bench.guarded("busy", "id int primary key", "pg_sleep(0.6) is not null");
    bench.guarded("notes", "id int primary key, grp int, word text", "sees(grp)");
    for (int i = 0; i < PEOPLE; i++) {
      var id = UUID.randomUUID();
      bench.sql("insert into members values (%d, '%s')".formatted(i % GROUPS, id));
      people.add(
          bench.subscribe(
              bench.user(id.toString()),
              bench.binding(1, "INSERT", "notes", null),
              bench.binding(2, "INSERT", "busy", i == 0 ? null : "id=eq.-1")));
    }
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private void insert() {
    bench.sql(
        "insert into notes select i, i %% %d, 'w' from generate_series(1, %d) i"
            .formatted(GROUPS, ROWS));
  }

  /// What each person hears until a row for everybody that follows.
  private List<Set<Integer>> heard() {
    bench.sql(
        "insert into notes select 1000 + g, g, 'last' from generate_series(0, %d) g"
            .formatted(GROUPS - 1));
    var all = new ArrayList<Set<Integer>>();
    for (var person : people) {
      var ids = new TreeSet<Integer>();
      for (var got = person.next(); !isLast(got); got = person.next()) {
        if (got.table().equals("notes")) {
          ids.add(got.number("id"));
        }
      }
      all.add(ids);
    }
    return all;
  }

  private static boolean isLast(Recorder.Got got) {
    return got.table().equals("notes") && got.word("word").equals("last");
  }

  private static Set<Integer> group(int group) {
    var ids = new TreeSet<Integer>();
    IntStream.rangeClosed(1, ROWS).filter(id -> id % GROUPS == group).forEach(ids::add);
    return ids;
  }

  @Test
  void everybodyHearsTheRowsOfItsGroup() {
    insert();
    var heard = heard();
    for (int i = 0; i < PEOPLE; i++) {
      assertThat(heard.get(i)).isEqualTo(group(i % GROUPS));
    }
  }

  /// The row that would stand in for its group is another by the time the policies are asked.
  @Test
  void aRowThatWasChangedMeanwhileIsJudgedAsItIsAndStandsInForNone() {
    bench.sql("insert into busy values (1)");
    insert();
    bench.sql("update notes set grp = 2 where id = 1", "delete from notes where id = 2");
    var heard = heard();
    for (int i = 0; i < PEOPLE; i++) {
      var expected = group(i % GROUPS);
      expected.remove(1);
      expected.remove(2);
      if (i % GROUPS == 2) {
        expected.add(1);
      }
      assertThat(heard.get(i)).as("person " + i).isEqualTo(expected);
    }
  }

  /// What was learned of the policies names a column that is called otherwise by then.
  @Test
  void aProofThatFailsLosesNothing() {
    insert();
    assertThat(heard().getFirst()).isEqualTo(group(0));
    bench.sql("delete from notes", "insert into busy values (1)");
    insert();
    bench.sql("alter table notes rename column grp to team");
    var heard = heard();
    for (int i = 0; i < PEOPLE; i++) {
      assertThat(heard.get(i)).as("person " + i).isEqualTo(group(i % GROUPS));
      assertThat(people.get(i).systems()).noneMatch(told -> told.startsWith("error"));
    }
  }

  @Test
  void aRowThatChangedTwiceInOneTransactionIsJudgedAsItIs() {
    bench.sql(
        "insert into notes select i, i %% %d, 'w' from generate_series(1, %d) i"
            .formatted(GROUPS, ROWS),
        "update notes set grp = 0 where id = 2");
    var heard = heard();
    for (int i = 0; i < PEOPLE; i++) {
      var expected = group(i % GROUPS);
      expected.remove(2);
      if (i % GROUPS == 0) {
        expected.add(2);
      }
      assertThat(heard.get(i)).as("person " + i).isEqualTo(expected);
    }
  }
}
