package io.stabbur.console.expert;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// A step of what Postgres did for a statement, and the steps that it took its rows from.
///
/// @param kind such as `Seq Scan`
/// @param on the table and the index; empty where it is about none
/// @param conditions that it looked at
/// @param expected rows that Postgres counted on
/// @param all milliseconds with the steps below
/// @param own milliseconds without them
/// @param share of the time of the whole statement, from 0 to 100
public record PlanStep(
    String kind,
    String on,
    List<String> conditions,
    long rows,
    long expected,
    double all,
    double own,
    int share,
    List<PlanStep> steps) {
  private static final double HUNDRED = 100;

  public PlanStep {
    conditions = List.copyOf(conditions);
    steps = List.copyOf(steps);
  }

  /// The first step of a plan that `explain (analyze, format json)` printed; empty where it is
  /// none.
  static Optional<PlanStep> read(String json) {
    var plan = Json.parse(json).get(0);
    var first = plan == null ? null : plan.get("Plan");
    return first == null ? Optional.empty() : Optional.of(of(first, time(first)));
  }

  private static PlanStep of(JsonNode node, double whole) {
    var below = node.get("Plans");
    var steps =
        below == null
            ? List.<PlanStep>of()
            : StreamSupport.stream(below.values().spliterator(), false)
                .map(each -> of(each, whole))
                .toList();
    double all = time(node);
    double own = Math.max(0, all - steps.stream().mapToDouble(PlanStep::all).sum());
    double loops = number(node, "Actual Loops");
    return new PlanStep(
        Json.text(node, "Node Type"),
        String.join(
            " · ",
            Stream.of(Json.text(node, "Relation Name"), Json.text(node, "Index Name"))
                .filter(each -> !each.isEmpty())
                .toList()),
        conditions(node),
        Math.round(number(node, "Actual Rows") * loops),
        Math.round(number(node, "Plan Rows") * Math.max(1, loops)),
        all,
        own,
        whole == 0 ? 0 : (int) Math.round(Math.min(HUNDRED, own / whole * HUNDRED)),
        steps);
  }

  private static List<String> conditions(JsonNode node) {
    var found = new ArrayList<String>();
    for (var name : List.of("Index Cond", "Hash Cond", "Merge Cond", "Join Filter", "Filter")) {
      var text = Json.text(node, name);
      if (!text.isEmpty()) {
        found.add(name + ": " + text);
      }
    }
    return found;
  }

  private static double time(JsonNode node) {
    return number(node, "Actual Total Time") * number(node, "Actual Loops");
  }

  private static double number(JsonNode node, String name) {
    var value = node.get(name);
    return value != null && value.isNumber() ? value.getDoubleValue() : 0;
  }

  /// Milliseconds as they are shown.
  public static String milliseconds(double time) {
    return String.format(Locale.ROOT, time < 10 ? "%.2f" : "%.0f", time);
  }

  /// Whether Postgres counted on far fewer or far more rows, which is where slow plans come from.
  public boolean isFarOff() {
    long most = Math.max(rows, expected);
    return most > 100 && most > 10 * Math.max(1, Math.min(rows, expected));
  }
}
