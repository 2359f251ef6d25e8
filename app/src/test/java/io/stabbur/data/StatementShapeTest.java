package io.stabbur.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.data.plan.DataPlan;
import io.stabbur.data.request.Incoming;
import io.stabbur.platform.sql.Statement;
import io.stabbur.platform.sql.Untyped;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The text of a statement is the shape of a request, never a value in it.
class StatementShapeTest {
  @Test
  void filtersOfTheSameShapeShareOneText() {
    assertThat(read("/books?id=eq.1&title=like.a*").sql())
        .isEqualTo(read("/books?id=eq.77&title=like.*'\";--").sql());
    assertThat(read("/books?id=in.(1,2)").sql()).isEqualTo(read("/books?id=in.(1,2,3,4)").sql());
    assertThat(read("/books?title=fts(english).a").sql())
        .isEqualTo(read("/books?title=fts(norwegian).b").sql());
  }

  @Test
  void limitsAndOffsetsAreValues() {
    assertThat(read("/books?limit=10&offset=20").sql())
        .isEqualTo(read("/books?limit=11&offset=21").sql());
  }

  @Test
  void bodiesAreValues() {
    assertThat(post("/labels", "{\"id\":1,\"word\":\"a\"}").sql())
        .isEqualTo(post("/labels", "{\"id\":2,\"word\":\"'; drop table x\"}").sql());
  }

  @Test
  void valuesAreBoundInOrderAndNothingElseIs() {
    assertThat(read("/books?id=eq.5&pages=gt.7&limit=3").values())
        .containsSubsequence(new Untyped("5"), new Untyped("7"), 3L);
  }

  @Test
  void namesAreQuoted() {
    assertThat(read("/books?select=%22x%5C%22y%22").sql()).contains("\"x\"\"y\"");
  }

  private static Statement read(String target) {
    return write("GET", target, "");
  }

  private static Statement post(String target, String body) {
    return write("POST", target, body);
  }

  static Statement write(String method, String target, String body) {
    var room = DataServer.shared().bean(DataApi.class).room(DataServer.shared().project());
    var current = room.current();
    var question = target.indexOf('?');
    var incoming =
        new Incoming(
            method,
            question < 0 ? target : target.substring(0, question),
            question < 0 ? "" : target.substring(question + 1),
            List.of(),
            body.getBytes(StandardCharsets.UTF_8));
    var request = current.parser().parse(incoming);
    var plan = (DataPlan.Rows) current.planner().plan(request, current.catalog());
    return current.writer().write(plan, request);
  }
}
