package io.stabbur.data.request;

import io.stabbur.data.request.OrderTerm.Direction;
import io.stabbur.data.request.OrderTerm.Nulls;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Parses `order`.
final class OrderParser {
  private final Cursor in;

  private OrderParser(Cursor in) {
    this.in = in;
  }

  static List<OrderTerm> parse(String text) {
    var parser = new OrderParser(new Cursor("failed to parse order", text));
    var terms = new ArrayList<OrderTerm>();
    do {
      terms.add(parser.term());
    } while (parser.in.take(','));
    return List.copyOf(terms);
  }

  private OrderTerm term() {
    in.skipBlanks();
    var start = in.position();
    var related = related();
    if (related != null) {
      return related;
    }
    in.back(start);
    var field = Grammar.field(in);
    if (field == null) {
      throw in.refusal();
    }
    var direction = direction();
    var nulls = nulls();
    if (!ends(direction, nulls)) {
      throw in.refusal();
    }
    return new OrderTerm.ByField(field, direction, nulls);
  }

  private @Nullable OrderTerm related() {
    var relation = Grammar.name(in);
    if (relation == null || !in.take('(')) {
      return null;
    }
    var field = Grammar.field(in);
    if (field == null || !in.take(')')) {
      return null;
    }
    var direction = direction();
    var nulls = nulls();
    return ends(direction, nulls) ? new OrderTerm.ByEmbed(relation, field, direction, nulls) : null;
  }

  private Direction direction() {
    var start = in.position();
    if (in.peek() == '.') {
      in.skip(1);
      if (in.take("asc")) {
        return Direction.ASC;
      }
      if (in.take("desc")) {
        return Direction.DESC;
      }
    }
    in.back(start);
    return Direction.UNSPECIFIED;
  }

  private Nulls nulls() {
    var start = in.position();
    if (in.peek() == '.') {
      in.skip(1);
      if (in.take("nullsfirst")) {
        return Nulls.FIRST;
      }
      if (in.take("nullslast")) {
        return Nulls.LAST;
      }
    }
    in.back(start);
    return Nulls.UNSPECIFIED;
  }

  private boolean ends(Direction direction, Nulls nulls) {
    in.skipBlanks();
    if (in.atEnd() || in.peek() == ',') {
      return true;
    }
    if (nulls == Nulls.UNSPECIFIED && direction != Direction.UNSPECIFIED) {
      in.want("delimiter (.)");
    }
    in.want("\",\"");
    in.wantEnd();
    return false;
  }
}
