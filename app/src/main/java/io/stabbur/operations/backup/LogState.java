package io.stabbur.operations.backup;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.operations.backup.repository.Repository;
import io.stabbur.platform.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// How far the log of a project has been shipped.
///
/// @param from the shipped log begins here
/// @param since when it began
/// @param to it goes on from here
/// @param at everything that was committed before this moment is in it
/// @param points the named moments in it, the oldest first
record LogState(int timeline, Lsn from, Instant since, Lsn to, Instant at, List<Point> points) {
  private static final String NAME = "log/state";

  /// A moment with a name.
  record Point(String name, Lsn lsn, Instant at) {
    JsonNode json() {
      return new Fields().put("name", name).put("lsn", lsn.toString()).put("at", at).json();
    }

    static Point parse(JsonNode node) {
      return new Point(
          Fields.text(node, "name"),
          Lsn.parse(Fields.text(node, "lsn")),
          Fields.instant(node, "at"));
    }
  }

  LogState {
    points = List.copyOf(points);
  }

  LogState reaching(Lsn further, Instant moment, List<Point> named) {
    return new LogState(timeline, from, since, further, moment, named);
  }

  LogState beginningAt(Lsn later) {
    return new LogState(timeline, later, since, to, at, points);
  }

  Optional<Point> point(String name) {
    return points.stream().filter(point -> point.name().equals(name)).findFirst();
  }

  void write(Repository repository) {
    repository.write(
        NAME,
        new Fields()
            .put("timeline", timeline)
            .put("from", from.toString())
            .put("since", since)
            .put("to", to.toString())
            .put("at", at)
            .put("points", points, Point::json)
            .bytes());
  }

  static Optional<LogState> read(Repository repository) {
    return repository
        .read(NAME)
        .map(Json::parse)
        .map(
            node ->
                new LogState(
                    (int) Fields.number(node, "timeline"),
                    Lsn.parse(Fields.text(node, "from")),
                    Fields.instant(node, "since"),
                    Lsn.parse(Fields.text(node, "to")),
                    Fields.instant(node, "at"),
                    Fields.list(node, "points", Point::parse)));
  }
}
