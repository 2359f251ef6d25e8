package io.stabbur.data.plan;

import io.stabbur.data.catalog.Name;
import io.stabbur.data.request.Payload;
import io.stabbur.data.request.Preferences.Missing;
import io.stabbur.data.request.Preferences.Resolution;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A change of one relation.
public sealed interface WritePlan {
  Name relation();

  /// Columns the change hands on; none when no rows are wanted.
  List<String> returning();

  /// New rows, or rows merged with those there are.
  ///
  /// @param keyTests for PUT: what the row must satisfy
  /// @param key primary key columns, for Location
  record Insert(
      Name relation,
      List<PayloadColumn> columns,
      Payload.Json body,
      @Nullable Conflict conflict,
      List<Test> keyTests,
      List<String> returning,
      List<String> key,
      Missing missing)
      implements WritePlan {}

  record Update(
      Name relation,
      List<PayloadColumn> columns,
      Payload.Json body,
      List<Test> where,
      List<String> returning,
      Missing missing)
      implements WritePlan {}

  record Delete(Name relation, List<Test> where, List<String> returning) implements WritePlan {}

  /// A column taken from the body.
  ///
  /// @param type the type its JSON is read as
  /// @param parser the function that makes a domain of that
  record PayloadColumn(
      String name, String type, @Nullable Name parser, @Nullable String defaultValue) {}

  /// What happens to rows that are there already.
  record Conflict(Resolution resolution, List<String> columns) {}
}
