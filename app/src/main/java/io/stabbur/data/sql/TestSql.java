package io.stabbur.data.sql;

import io.stabbur.data.catalog.Name;
import io.stabbur.data.catalog.TypeKind;
import io.stabbur.data.plan.ColumnRef;
import io.stabbur.data.plan.Test;
import io.stabbur.data.request.Condition.Logic;
import io.stabbur.data.request.Condition.Negation;
import io.stabbur.data.request.Operation;
import io.stabbur.data.request.Operation.Comparison;
import io.stabbur.data.request.Operation.Quantifier;
import io.stabbur.data.request.Operation.SearchForm;
import io.stabbur.data.request.Operation.Truth;
import io.stabbur.platform.sql.SqlText;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Writes conditions.
final class TestSql {
  private static final Name REGCONFIG = new Name("pg_catalog", "regconfig");

  private final Name qualifier;
  private final BiConsumer<SqlText, Test.EmbedIs> embeds;

  /// @param embeds how a test on an embed is written
  TestSql(Name qualifier, BiConsumer<SqlText, Test.EmbedIs> embeds) {
    this.qualifier = qualifier;
    this.embeds = embeds;
  }

  void write(SqlText sql, Test test) {
    switch (test) {
      case Test.Match match -> match(sql, match);
      case Test.Group group -> group(sql, group);
      case Test.EmbedIs embed -> embeds.accept(sql, embed);
    }
  }

  private void group(SqlText sql, Test.Group group) {
    sql.add(group.negation() == Negation.NEGATED ? "not (" : "(");
    if (group.logic() == Logic.AND) {
      Pieces.joined(sql, group.parts(), " and ", this::write);
    } else {
      Pieces.joined(sql, group.parts(), " or ", this::write);
    }
    sql.add(")");
  }

  private void match(SqlText sql, Test.Match match) {
    if (match.negation() == Negation.NEGATED) {
      sql.add("not ");
    }
    switch (match.operation()) {
      case Operation.Compare compare -> compare(sql, match, compare);
      case Operation.Relate(var relation, var value) -> {
        operator(column(sql, match), relation);
        value(sql, match, value);
      }
      case Operation.In(var values) -> in(sql, match, values);
      case Operation.Is(var truth) -> truth(column(sql, match), truth);
      case Operation.DistinctFrom(var value) -> {
        column(sql, match).add(" is distinct from ");
        value(sql, match, value);
      }
      case Operation.Search search -> search(sql, match.column(), search);
    }
  }

  private SqlText column(SqlText sql, Test.Match match) {
    return Pieces.reference(sql, qualifier, match.column());
  }

  private static void value(SqlText sql, Test.Match match, String value) {
    if (match.parser() == null) {
      Pieces.untyped(sql, value);
    } else {
      Pieces.name(sql, match.parser()).add("(").value(value).add("::text)");
    }
  }

  private void compare(SqlText sql, Test.Match match, Operation.Compare compare) {
    operator(column(sql, match), compare.comparison());
    var pattern =
        switch (compare.comparison()) {
          case LIKE, ILIKE, MATCH, IMATCH -> true;
          case EQ, GTE, GT, LTE, LT -> false;
        };
    var value =
        compare.comparison() == Comparison.LIKE || compare.comparison() == Comparison.ILIKE
            ? compare.value().replace('*', '%')
            : compare.value();
    if (compare.quantifier() != Quantifier.ONE) {
      sql.add(compare.quantifier() == Quantifier.ANY ? "any(" : "all(");
      Pieces.untyped(sql, value).add(")");
    } else if (pattern) {
      Pieces.untyped(sql, value);
    } else {
      value(sql, match, value);
    }
  }

  private static void operator(SqlText sql, Comparison comparison) {
    switch (comparison) {
      case EQ -> sql.add(" = ");
      case GTE -> sql.add(" >= ");
      case GT -> sql.add(" > ");
      case LTE -> sql.add(" <= ");
      case LT -> sql.add(" < ");
      case LIKE -> sql.add(" like ");
      case ILIKE -> sql.add(" ilike ");
      case MATCH -> sql.add(" ~ ");
      case IMATCH -> sql.add(" ~* ");
    }
  }

  private static void operator(SqlText sql, Operation.Relation relation) {
    switch (relation) {
      case NEQ -> sql.add(" <> ");
      case CONTAINS -> sql.add(" @> ");
      case CONTAINED -> sql.add(" <@ ");
      case OVERLAPS -> sql.add(" && ");
      case LEFT_OF -> sql.add(" << ");
      case RIGHT_OF -> sql.add(" >> ");
      case NOT_RIGHT_OF -> sql.add(" &< ");
      case NOT_LEFT_OF -> sql.add(" &> ");
      case ADJACENT -> sql.add(" -|- ");
    }
  }

  private static void truth(SqlText sql, Truth truth) {
    switch (truth) {
      case NULL -> sql.add(" is null");
      case NOT_NULL -> sql.add(" is not null");
      case TRUE -> sql.add(" is true");
      case FALSE -> sql.add(" is false");
      case UNKNOWN -> sql.add(" is unknown");
    }
  }

  private void in(SqlText sql, Test.Match match, List<String> values) {
    column(sql, match).add(" = any(");
    var empty = values.size() == 1 && values.getFirst().isEmpty();
    var literal = empty ? "{}" : Pieces.arrayLiteral(values);
    if (match.parser() == null) {
      Pieces.untyped(sql, literal).add(")");
    } else {
      Pieces.name(sql.add("select "), match.parser()).add("(each) from unnest(");
      sql.value(literal).add("::text[]) as _(each))");
    }
  }

  private void search(SqlText sql, ColumnRef column, Operation.Search search) {
    if (column.kind() == TypeKind.SEARCH_VECTOR && column.path().isEmpty()) {
      Pieces.reference(sql, qualifier, column);
    } else {
      language(sql.add("to_tsvector("), search.language());
      Pieces.reference(sql, qualifier, column).add(")");
    }
    query(sql.add(" @@ "), search.form());
    language(sql, search.language());
    sql.value(search.value()).add("::text)");
  }

  private static void language(SqlText sql, @Nullable String language) {
    if (language != null) {
      Pieces.name(sql.value(language).add("::"), REGCONFIG).add(", ");
    }
  }

  private static void query(SqlText sql, SearchForm form) {
    switch (form) {
      case PLAIN_QUERY -> sql.add("to_tsquery(");
      case WORDS -> sql.add("plainto_tsquery(");
      case PHRASE -> sql.add("phraseto_tsquery(");
      case WEB -> sql.add("websearch_to_tsquery(");
    }
  }
}
