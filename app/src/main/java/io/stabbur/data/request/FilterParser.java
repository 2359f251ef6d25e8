package io.stabbur.data.request;

import io.stabbur.data.error.DataError;
import io.stabbur.data.request.Condition.Negation;
import io.stabbur.data.request.Operation.Comparison;
import io.stabbur.data.request.Operation.Quantifier;
import io.stabbur.data.request.Operation.SearchForm;
import io.stabbur.data.request.Operation.Truth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Parses what follows a field: `not.in.(1,2)`; and the trees of `and` and `or`.
final class FilterParser {
  static final int DEEPEST = 50;

  private static final String OPERATOR = "operator (eq, gt, ...)";
  private static final Map<String, Comparison> COMPARISONS =
      Map.of(
          "eq", Comparison.EQ,
          "gte", Comparison.GTE,
          "gt", Comparison.GT,
          "lte", Comparison.LTE,
          "lt", Comparison.LT,
          "like", Comparison.LIKE,
          "ilike", Comparison.ILIKE,
          "match", Comparison.MATCH,
          "imatch", Comparison.IMATCH);
  private static final Map<String, Operation.Relation> RELATIONS =
      Map.of(
          "neq", Operation.Relation.NEQ,
          "cs", Operation.Relation.CONTAINS,
          "cd", Operation.Relation.CONTAINED,
          "ov", Operation.Relation.OVERLAPS,
          "sl", Operation.Relation.LEFT_OF,
          "sr", Operation.Relation.RIGHT_OF,
          "nxr", Operation.Relation.NOT_RIGHT_OF,
          "nxl", Operation.Relation.NOT_LEFT_OF,
          "adj", Operation.Relation.ADJACENT);
  private static final Map<String, SearchForm> SEARCHES =
      Map.of(
          "fts", SearchForm.PLAIN_QUERY,
          "plfts", SearchForm.WORDS,
          "phfts", SearchForm.PHRASE,
          "wfts", SearchForm.WEB);

  private final Cursor in;
  private final Values values;

  private FilterParser(Cursor in, Values values) {
    this.in = in;
    this.values = values;
  }

  /// Where a single value ends.
  private enum Values {
    TO_THE_END,
    IN_A_TREE
  }

  /// What a parameter says about its field; null when it does not even start like an operation.
  record Test(Negation negation, Operation operation) {}

  /// Parses the value of a plain filter.
  static Test filter(String value) {
    var in = new Cursor("failed to parse filter", value);
    var test = new FilterParser(in, Values.TO_THE_END).test();
    if (test == null) {
      throw in.refusal();
    }
    return test;
  }

  /// Parses a value that may also be a function's argument: null then.
  static @Nullable Test filterOrArgument(String value) {
    return new FilterParser(new Cursor("", value), Values.TO_THE_END).test();
  }

  /// Parses a tree; `operator` is `and`, `or` or either under `not.`.
  static Condition tree(String operator, String value) {
    var in = new Cursor("failed to parse logic tree", operator + value);
    var tree = new FilterParser(in, Values.IN_A_TREE).condition(0);
    if (tree == null) {
      throw in.refusalOf(value);
    }
    return tree;
  }

  private @Nullable Condition condition(int depth) {
    if (depth > DEEPEST) {
      throw new DataError.QueryTooComplex("depth of and/or", DEEPEST).exception();
    }
    var start = in.position();
    var filter = treeFilter();
    if (filter != null) {
      return filter;
    }
    in.back(start);
    return group(depth);
  }

  private @Nullable Condition treeFilter() {
    var field = Grammar.field(in);
    if (field == null || !in.takeAs(".", "delimiter (.)")) {
      return null;
    }
    var test = test();
    return test == null ? null : new Condition.Filter(field, test.negation, test.operation);
  }

  private @Nullable Condition group(int depth) {
    var negation = in.takeAs("not.", "negation operator (not)") ? Negation.NEGATED : Negation.PLAIN;
    var logic = logic();
    if (logic == null) {
      return null;
    }
    in.skipBlanks();
    if (!in.take('(')) {
      return null;
    }
    var parts = new ArrayList<Condition>();
    do {
      in.skipBlanks();
      var part = condition(depth + 1);
      if (part == null) {
        return null;
      }
      parts.add(part);
      in.skipBlanks();
    } while (in.take(','));
    if (!in.take(')')) {
      return null;
    }
    in.skipBlanks();
    return new Condition.Group(negation, logic, List.copyOf(parts));
  }

  private Condition.@Nullable Logic logic() {
    if (in.peek() == 'a' && in.take("and")) {
      return Condition.Logic.AND;
    }
    if (in.peek() == 'o' && in.take("or")) {
      return Condition.Logic.OR;
    }
    in.want("logic operator (and, or)");
    return null;
  }

  private @Nullable Test test() {
    var negation = Negation.PLAIN;
    if (in.peek() == 'n' && in.peek(1) == 'o' && in.take("not")) {
      if (!in.takeAs(".", "delimiter (.)")) {
        return null;
      }
      negation = Negation.NEGATED;
    } else {
      in.want("\"not\"");
    }
    var operation = operation();
    return operation == null ? null : new Test(negation, operation);
  }

  private @Nullable Operation operation() {
    var start = in.position();
    while (in.peek() >= 'a' && in.peek() <= 'z') {
      in.skip(1);
    }
    var word = in.from(start);
    var operation = operation(word);
    if (operation == null && isUnknown(word)) {
      in.back(start);
      in.want(OPERATOR);
    }
    return operation;
  }

  private static boolean isUnknown(String word) {
    return !COMPARISONS.containsKey(word)
        && !RELATIONS.containsKey(word)
        && !SEARCHES.containsKey(word)
        && !word.equals("in")
        && !word.equals("is")
        && !word.equals("isdistinct");
  }

  private @Nullable Operation operation(String word) {
    return switch (word) {
      case "in" -> delimiter() ? in() : null;
      case "is" -> delimiter() ? is() : null;
      case "isdistinct" -> delimiter() ? new Operation.DistinctFrom(single()) : null;
      default -> {
        var comparison = COMPARISONS.get(word);
        if (comparison != null) {
          yield compare(comparison);
        }
        var relation = RELATIONS.get(word);
        if (relation != null) {
          yield delimiter() ? new Operation.Relate(relation, single()) : null;
        }
        var form = SEARCHES.get(word);
        yield form == null ? null : search(form);
      }
    };
  }

  private boolean delimiter() {
    return in.takeAs(".", "delimiter (.)");
  }

  private @Nullable Operation compare(Comparison comparison) {
    var quantifier = Quantifier.ONE;
    if (in.peek() == '(') {
      in.skip(1);
      if (in.take("any")) {
        quantifier = Quantifier.ANY;
      } else if (in.take("all")) {
        quantifier = Quantifier.ALL;
      } else {
        return null;
      }
      if (!in.take(')')) {
        return null;
      }
    }
    return delimiter() ? new Operation.Compare(comparison, quantifier, single()) : null;
  }

  private @Nullable Operation search(SearchForm form) {
    String language = null;
    if (in.peek() == '(') {
      in.skip(1);
      language = Grammar.word(in, "letter or digit");
      if (language == null || !in.take(')')) {
        return null;
      }
    }
    return delimiter() ? new Operation.Search(form, language, single()) : null;
  }

  private @Nullable Operation is() {
    // the longer spelling first, for "not_null" would else be refused at "null"
    if (in.takeIgnoringCase("null")) {
      return new Operation.Is(Truth.NULL);
    }
    if (in.takeIgnoringCase("not_null")) {
      return new Operation.Is(Truth.NOT_NULL);
    }
    if (in.takeIgnoringCase("true")) {
      return new Operation.Is(Truth.TRUE);
    }
    if (in.takeIgnoringCase("false")) {
      return new Operation.Is(Truth.FALSE);
    }
    if (in.takeIgnoringCase("unknown")) {
      return new Operation.Is(Truth.UNKNOWN);
    }
    in.want("isVal: (null, not_null, true, false, unknown)");
    return null;
  }

  private @Nullable Operation in() {
    in.skipBlanks();
    if (!in.take('(')) {
      return null;
    }
    in.skipBlanks();
    var list = new ArrayList<String>();
    do {
      list.add(element());
    } while (in.take(','));
    if (!in.take(')')) {
      return null;
    }
    in.skipBlanks();
    return new Operation.In(List.copyOf(list));
  }

  private String element() {
    var start = in.position();
    if (in.peek() == '"') {
      var quoted = Grammar.quoted(in);
      if (quoted != null && endsElement()) {
        return quoted;
      }
      in.back(start);
    }
    return upToSeparator();
  }

  private boolean endsElement() {
    return in.atEnd() || in.peek() == ',' || in.peek() == ')';
  }

  private String upToSeparator() {
    var start = in.position();
    while (!endsElement()) {
      in.skip(1);
    }
    return in.from(start);
  }

  private String single() {
    return switch (values) {
      case TO_THE_END -> in.rest();
      case IN_A_TREE -> treeValue();
    };
  }

  private String treeValue() {
    if (in.peek() != '{') {
      return element();
    }
    var start = in.position();
    in.skip(1);
    while (!in.atEnd() && in.peek() != '{' && in.peek() != '}') {
      in.skip(1);
    }
    if (in.peek() == '}') {
      in.skip(1);
      return in.from(start);
    }
    in.back(start);
    return upToSeparator();
  }
}
