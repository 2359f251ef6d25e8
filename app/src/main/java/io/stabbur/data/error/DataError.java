package io.stabbur.data.error;

import io.stabbur.platform.error.ApiError;
import io.stabbur.platform.error.ApiException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Every refusal of the data API. Each record carries what its message needs and nothing else.
public sealed interface DataError extends ApiError {

  /// The exception that carries this error out of a stage.
  default ApiException exception() {
    return new ApiException(this);
  }

  /// A parameter that does not follow the grammar.
  record QuerySyntax(String message, String details) implements DataError {}

  /// A request beyond the limits of what one query string may ask for.
  record QueryTooComplex(String what, int limit) implements DataError {}

  /// A verb functions do not have.
  record RoutineMethod(String method) implements DataError {}

  /// So many large answers wait for their readers that there is no room for another.
  record LargeAnswersWait() implements DataError {}

  /// A change or call, undone because of the size of its answer.
  record AnswerTooLarge(long bytes) implements DataError {}

  /// A body that cannot be used.
  record InvalidBody(String message) implements DataError {}

  /// A range of rows that cannot be.
  record RangeUnsatisfiable(RangeProblem problem) implements DataError {}

  /// PUT without exactly the key in its filters.
  record UpsertFilters() implements DataError {}

  /// A schema that is not served.
  record SchemaNotExposed(String schema, List<String> exposed) implements DataError {}

  /// No representation the client accepts.
  record NotAcceptable(List<String> wanted) implements DataError {}

  /// A parameter about a relation that is not in `select`; `alias` when only its alias may be used.
  record NotEmbedded(String resource, @Nullable String alias) implements DataError {}

  /// `response.headers` set to something else than an array of single headers.
  record HeadersSetting() implements DataError {}

  /// Two embeds of one level would answer under the same name; Postgres' own error of their join.
  ///
  /// @param join the name of the join, such as `projects_clients_1`
  record DuplicateEmbed(String join) implements DataError {}

  /// `response.status` set to something else than a status.
  record StatusSetting() implements DataError {}

  /// PUT with limit or offset.
  record UpsertRange() implements DataError {}

  /// PUT whose body names another row than its filters.
  record UpsertKeyMismatch() implements DataError {}

  /// One object was asked for and `rows` were found.
  record NotSingular(long rows) implements DataError {}

  /// A verb nothing here has.
  record MethodNotSupported(String method) implements DataError {}

  /// Ordering by an embedded relation that is not to-one.
  record OrderNotToOne(String origin, String target) implements DataError {}

  /// `RAISE SQLSTATE 'PGRST'` with parts that are not the agreed JSON.
  record RaiseUnreadable(RaisePart part) implements DataError {}

  /// Unknown preferences under `handling=strict`.
  record InvalidPreferences(List<String> preferences) implements DataError {}

  /// Aggregates while they are switched off.
  record AggregatesDisabled() implements DataError {}

  /// More rows than `max-affected` allows.
  record TooManyAffected(long rows) implements DataError {}

  /// A path deeper than any resource.
  record InvalidPath() implements DataError {}

  /// The description at the root is switched off.
  record DescriptionDisabled() implements DataError {}

  /// Something the interface knows but does not do.
  record NotImplemented(String what) implements DataError {}

  /// `max-affected` on a function that returns one row.
  record AffectedNeedsSet() implements DataError {}

  /// UPDATE or DELETE without a filter while that is refused.
  record FilterRequired(String method) implements DataError {}

  /// No relationship between two relations.
  record NoRelationship(
      String parent,
      String child,
      @Nullable String hint,
      String schema,
      @Nullable String suggestion)
      implements DataError {}

  /// Several relationships between two relations.
  record AmbiguousRelationship(String parent, String child, List<Candidate> candidates)
      implements DataError {}

  /// No function with this name and these arguments.
  record NoRoutine(
      String schema,
      String name,
      List<String> arguments,
      RoutineBody body,
      @Nullable String suggestion)
      implements DataError {}

  /// Several functions fit.
  record AmbiguousRoutine(List<String> signatures) implements DataError {}

  /// A column the relation does not have.
  record NoColumn(String relation, String column) implements DataError {}

  /// A relation the schema does not have.
  record NoRelation(String schema, String name, @Nullable String suggestion) implements DataError {}

  /// Postgres refused a statement.
  record Database(
      String sqlState,
      String message,
      @Nullable String detail,
      @Nullable String hint,
      Standing standing)
      implements DataError {}

  /// The catalog was not read yet.
  record CatalogMissing() implements DataError {}

  /// Whether the caller has shown who it is.
  enum Standing {
    ANONYMOUS,
    KNOWN
  }

  /// Why a range cannot be served.
  sealed interface RangeProblem {
    record NegativeLimit() implements RangeProblem {}

    record LowerAboveUpper() implements RangeProblem {}

    record OutOfBounds(long offset, long total) implements RangeProblem {}
  }

  /// Which part of a raised error could not be read.
  sealed interface RaisePart {
    record Message(String text) implements RaisePart {}

    record Detail(String text) implements RaisePart {}

    record NoDetail() implements RaisePart {}
  }

  /// One relationship among several, in the words shown to the client.
  record Candidate(String cardinality, String embedding, String relationship, String choice) {}

  /// What kind of body a function call came with.
  enum RoutineBody {
    NONE,
    JSON,
    TEXT,
    XML,
    OCTETS,
    OTHER
  }
}
