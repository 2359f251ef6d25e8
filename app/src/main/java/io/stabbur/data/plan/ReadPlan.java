package io.stabbur.data.plan;

import io.stabbur.data.catalog.Name;
import io.stabbur.data.request.RowRange;
import io.stabbur.data.request.SelectItem.Aggregate;
import io.stabbur.data.request.SelectItem.Join;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One level of a read, with the levels embedded in it.
///
/// @param links equalities with the parent or a junction
public record ReadPlan(
    Source source,
    List<Output> outputs,
    List<Test> where,
    List<Link> links,
    List<Sort> order,
    RowRange range,
    List<Embed> embeds) {

  /// `left = right`, each column under its qualifier.
  public record Link(Name left, String leftColumn, Name right, String rightColumn) {}

  /// An embedded level.
  ///
  /// @param slot the name its rows go by in the level above
  /// @param join whether rows above need a match
  public record Embed(String slot, Join join, Shape shape, Reach reach, ReadPlan rows) {}

  /// Whether an embed may be computed for each finished row, or takes part in choosing rows.
  public enum Reach {
    AFTER_ROWS,
    WITH_ROWS
  }

  /// The form an embed has in the row above.
  public sealed interface Shape {
    record ToOne(String name, Show show) implements Shape {}

    record ToMany(String name, Show show) implements Shape {}

    record SpreadOne(List<SpreadColumn> columns) implements Shape {}

    /// Each column as an array, all in one order.
    ///
    /// @param keys outputs added below only to order by
    record SpreadMany(List<SpreadColumn> columns, List<OrderKey> keys, List<Sort> order)
        implements Shape {}
  }

  public enum Show {
    SHOWN,
    HIDDEN
  }

  /// A column lifted from an embed.
  public record SpreadColumn(
      String name,
      @Nullable Aggregate aggregate,
      @Nullable String aggregateCast,
      @Nullable String alias) {}

  /// An output to order by; `slot` names the embed it comes from, if any.
  public record OrderKey(@Nullable String slot, Output output) {}

  /// The same rows, of which at most so many are read.
  public ReadPlan atMost(int rows) {
    return new ReadPlan(source, outputs, where, links, order, range.cappedAt(rows), embeds);
  }

  /// Whether this is `select=*` of one relation and nothing else.
  public boolean isWholeRelation() {
    return embeds.isEmpty()
        && outputs.size() == 1
        && outputs.getFirst().column().name().equals("*");
  }

  public boolean aggregates() {
    return outputs.stream().anyMatch(o -> o.aggregate() != null)
        || embeds.stream().anyMatch(e -> hasAggregate(e.shape()));
  }

  private static boolean hasAggregate(Shape shape) {
    return shape instanceof Shape.SpreadOne(var columns)
        && columns.stream().anyMatch(c -> c.aggregate() != null);
  }
}
