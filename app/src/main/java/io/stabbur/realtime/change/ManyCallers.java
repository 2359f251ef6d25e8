package io.stabbur.realtime.change;

import io.stabbur.identity.Caller;
import io.stabbur.identity.TokenCheck;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.share.Share;
import io.stabbur.platform.sql.Statement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The same question of many callers of one role, in one statement: `stabbur.ask_each` takes the
/// settings, the check and the role of each in turn, and undoes them before the next.
final class ManyCallers {
  private static final String ASK =
      "select caller, numbers from stabbur.ask_each(?, ?::text[], ?, ?, ?::text[])";

  /// One caller's question.
  record Asked(Caller caller, Actor actor, Statement question) {
    boolean isLike(Asked other) {
      return caller.role().equals(other.caller.role())
          && caller.check().when() == other.caller.check().when()
          && question.sql().equals(other.question.sql());
    }
  }

  private ManyCallers() {}

  /// For each of the callers the numbers that its question answers. Empty where one of them fails,
  /// or where they are not alike: then each is to be asked alone.
  ///
  /// @param common what all questions are asked with
  static List<List<Long>> ask(
      Database database, Share share, List<Asked> callers, Map<String, String> common) {
    var first = callers.getFirst();
    var check = first.caller.check();
    var names = List.copyOf(database.settings(first.actor).keySet());
    var rows = new ArrayList<@Nullable String[]>(callers.size());
    for (var each : callers) {
      var settings = database.settings(each.actor);
      if (!each.isLike(first) || !List.copyOf(settings.keySet()).equals(names)) {
        return List.of();
      }
      rows.add(row(each, settings.values()));
    }
    if (check.when() == TokenCheck.When.ALWAYS) {
      return List.of();
    }
    var statement =
        Statement.of(
            ASK,
            first.actor.role(),
            names.toArray(String[]::new),
            check.looksAtNotes(),
            first.question.numbered(1),
            rows.toArray(String[][]::new));
    var actor = Actor.of(database.login().user()).onBehalfOf(share).with(common);
    try {
      return database.exchange(
          actor, Access.READ, statement, result -> read(result, callers.size()));
    } catch (ApiException e) {
      return List.of();
    }
  }

  private static @Nullable String[] row(Asked each, Collection<String> settings) {
    var row = new ArrayList<@Nullable String>(settings);
    if (each.caller.check().looksAtNotes()) {
      row.addAll(each.caller.check().noted(each.caller.claims()).texts());
    }
    row.addAll(each.question.texts());
    return row.toArray(String[]::new);
  }

  private static List<List<Long>> read(ResultSet result, int asked) throws SQLException {
    var answers = new ArrayList<List<Long>>(Collections.nCopies(asked, List.of()));
    while (result.next()) {
      var numbers = (Long[]) result.getArray(2).getArray();
      answers.set(result.getInt(1) - 1, List.of(numbers));
    }
    return answers;
  }
}
