package io.stabbur.data.request;

import io.stabbur.data.error.DataError;
import io.stabbur.platform.error.ApiException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Parses `select`.
final class SelectParser {
  static final int DEEPEST = 20;

  private final Cursor in;

  private SelectParser(Cursor in) {
    this.in = in;
  }

  static List<SelectItem> parse(String text) {
    var in = new Cursor("failed to parse select parameter", text);
    return new SelectParser(in).items(0);
  }

  private List<SelectItem> items(int depth) {
    if (depth > DEEPEST) {
      throw new DataError.QueryTooComplex("embedding depth", DEEPEST).exception();
    }
    var items = new ArrayList<SelectItem>();
    in.skipBlanks();
    if (in.atEnd() || in.peek() == ')') {
      return items;
    }
    do {
      items.add(item(depth));
      in.skipBlanks();
    } while (in.take(','));
    return items;
  }

  private SelectItem item(int depth) {
    in.skipBlanks();
    if (in.peek() == '.' && in.take("...")) {
      return spread(depth);
    }
    if (in.peek() == '*') {
      return star();
    }
    var alias = alias();
    var afterAlias = in.position();
    var embed = embed(alias, depth);
    if (embed != null) {
      return embed;
    }
    in.back(afterAlias);
    return column(alias);
  }

  private SelectItem star() {
    in.skip(1);
    endOfColumn();
    return SelectItem.Column.STAR;
  }

  private @Nullable String alias() {
    var start = in.position();
    var name = Grammar.name(in);
    if (name != null && in.peek() == ':' && in.peek(1) != ':') {
      in.skip(1);
      return name;
    }
    in.back(start);
    return null;
  }

  private SelectItem spread(int depth) {
    var name = required(Grammar.name(in));
    var target = target();
    if (in.peek() != '(') {
      in.want("\"(\"");
      throw in.refusal();
    }
    return new SelectItem.Spread(name, target.hint, target.join, nested(depth));
  }

  private @Nullable SelectItem embed(@Nullable String alias, int depth) {
    var name = Grammar.name(in);
    if (name == null || (in.peek() != '(' && in.peek() != '!') || isCount(name)) {
      return null;
    }
    var target = target();
    if (in.peek() != '(') {
      in.want("\"(\"");
      return null;
    }
    return new SelectItem.Embed(name, alias, target.hint, target.join, nested(depth));
  }

  private boolean isCount(String name) {
    return name.equals("count") && in.peek() == '(' && in.peek(1) == ')';
  }

  private List<SelectItem> nested(int depth) {
    in.skip(1);
    var items = items(depth + 1);
    if (!in.take(')')) {
      throw in.refusal();
    }
    return items;
  }

  private record Target(@Nullable String hint, SelectItem.Join join) {}

  private Target target() {
    String hint = null;
    var join = SelectItem.Join.UNSPECIFIED;
    for (var i = 0; i < 2 && in.peek() == '!'; i++) {
      in.skip(1);
      var word = required(Grammar.name(in));
      switch (word) {
        case "left" -> join = SelectItem.Join.LEFT;
        case "inner" -> join = SelectItem.Join.INNER;
        default -> hint = hint == null ? word : hint;
      }
    }
    return new Target(hint, join);
  }

  private SelectItem column(@Nullable String alias) {
    var counted = count(alias);
    if (counted != null) {
      return counted;
    }
    var name = required(Grammar.name(in));
    var path = required(Grammar.jsonPath(in));
    var cast = cast();
    var aggregate = aggregate();
    var aggregateCast = cast();
    endOfColumn();
    return new SelectItem.Column(new Field(name, path), cast, aggregate, aggregateCast, alias);
  }

  private @Nullable SelectItem count(@Nullable String alias) {
    var start = in.position();
    if (in.peek() == 'c' && in.take("count()")) {
      var cast = cast();
      endOfColumn();
      return new SelectItem.Column(Field.STAR, null, SelectItem.Aggregate.COUNT, cast, alias);
    }
    in.back(start);
    return null;
  }

  private @Nullable String cast() {
    if (in.peek() != ':' || in.peek(1) != ':') {
      return null;
    }
    in.skip(2);
    return required(Grammar.word(in, "letter or digit"));
  }

  private SelectItem.@Nullable Aggregate aggregate() {
    if (in.peek() != '.') {
      return null;
    }
    in.skip(1);
    for (var aggregate : SelectItem.Aggregate.values()) {
      var start = in.position();
      if (in.take(aggregate.name().toLowerCase(java.util.Locale.ROOT)) && in.take("()")) {
        return aggregate;
      }
      in.back(start);
    }
    throw in.refusal();
  }

  private void endOfColumn() {
    in.skipBlanks();
    if (in.atEnd() || in.peek() == ',' || in.peek() == ')') {
      return;
    }
    in.want("\")\"");
    in.want("\",\"");
    in.wantEnd();
    throw in.refusal();
  }

  private <T> T required(@Nullable T part) throws ApiException {
    if (part == null) {
      throw in.refusal();
    }
    return part;
  }
}
