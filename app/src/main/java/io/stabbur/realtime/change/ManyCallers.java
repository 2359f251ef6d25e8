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
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The same question of many callers of one role, in one statement: `stabbur.ask_many` takes the
/// settings, the check and the role of each in turn, and undoes them before the next.
final class ManyCallers {
  private static final String ASK =
      "select caller, numbers from stabbur.ask_many(?, ?, ?, ?::text[], ?::text[]::uuid[],"
          + " ?::text[]::timestamptz[], ?::text[]::boolean[], ?::text[])";

  /// Account, since when a change counts, whether its second factor counts; the rest of
  /// [TokenCheck#noted] belongs to the caller.
  private static final int OF_ACCOUNT = 3;

  private static final List<@Nullable String> UNCHECKED = Collections.nCopies(OF_ACCOUNT, null);

  /// As whom a caller is asked.
  ///
  /// @param names of the caller's settings
  /// @param values of these, then what else of the caller the statement takes
  /// @param account what of its account; empty where accounts are not looked at
  record Asker(
      Caller caller,
      List<String> names,
      List<@Nullable String> values,
      List<@Nullable String> account) {
    static Asker of(Caller caller) {
      var settings = caller.actor().settings();
      var values = new ArrayList<@Nullable String>(settings.values());
      var check = caller.check();
      if (!check.looksAtNotes()) {
        values.addAll(UNCHECKED);
        return new Asker(caller, List.copyOf(settings.keySet()), values, List.of());
      }
      var noted = check.noted(caller.claims()).texts();
      values.addAll(noted.subList(OF_ACCOUNT, noted.size()));
      return new Asker(
          caller, List.copyOf(settings.keySet()), values, noted.subList(0, OF_ACCOUNT));
    }

    /// The role alone: claims are personal.
    @Override
    public String toString() {
      return caller.role();
    }
  }

  /// One caller's question.
  record Asked(Asker asker, Statement question) {
    boolean isLike(Asked other) {
      var caller = asker.caller;
      return caller.role().equals(other.asker.caller.role())
          && caller.check().when() == other.asker.caller.check().when()
          && asker.names.equals(other.asker.names)
          && (question.equals(other.question) || question.sql().equals(other.question.sql()));
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
    var caller = first.asker.caller;
    if (caller.check().when() == TokenCheck.When.ALWAYS
        || !callers.stream().allMatch(first::isLike)) {
      return List.of();
    }
    var question = question(callers);
    var accounts = new ArrayList<List<@Nullable String>>();
    var rows = new ArrayList<@Nullable String[]>(callers.size());
    for (var each : callers) {
      var row = new ArrayList<@Nullable String>(each.asker.values);
      if (!each.asker.account.isEmpty()) {
        accounts.add(each.asker.account);
      }
      if (question == null) {
        row.addAll(each.question.texts());
      }
      rows.add(row.toArray(String[]::new));
    }
    var statement =
        Statement.of(
            ASK,
            caller.role(),
            first.asker.names.toArray(String[]::new),
            first.question.numbered(1),
            question,
            column(accounts, 0),
            column(accounts, 1),
            column(accounts, 2),
            rows.toArray(String[][]::new));
    return answers(database, actor(database, share, first, common), statement, callers.size());
  }

  private static List<List<Long>> answers(
      Database database, Actor actor, Statement statement, int asked) {
    try {
      return database.exchange(actor, Access.READ, statement, result -> read(result, asked));
    } catch (ApiException e) {
      return List.of();
    }
  }

  /// The login role, with what the database sets for the callers' role.
  private static Actor actor(
      Database database, Share share, Asked first, Map<String, String> common) {
    return Actor.of(database.login().user())
        .onBehalfOf(share)
        .with(database.settings(Actor.of(first.asker.caller.role())))
        .with(common);
  }

  /// The values of the question if all callers have the same.
  private static @Nullable String @Nullable [] question(List<Asked> callers) {
    var values = callers.getFirst().question.texts();
    for (var each : callers) {
      if (!each.question.equals(callers.getFirst().question)
          && !each.question.texts().equals(values)) {
        return null;
      }
    }
    return values.toArray(String[]::new);
  }

  private static @Nullable String[] column(List<List<@Nullable String>> rows, int place) {
    return rows.stream().map(row -> row.get(place)).toArray(String[]::new);
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
