package io.stabbur.realtime.change;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.stabbur.identity.Caller;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.pgoutput.Message.Kind;
import io.stabbur.platform.share.FairShare;
import io.stabbur.platform.share.Share;
import io.stabbur.platform.share.Terms;
import io.stabbur.realtime.change.filter.Condition;
import io.stabbur.realtime.change.filter.FilterCheck;
import io.stabbur.realtime.change.filter.FilterCheck.RefusedFilter;
import io.stabbur.realtime.change.filter.FilterText;
import io.stabbur.realtime.change.filter.FilterText.InvalidFilter;
import io.stabbur.realtime.change.filter.RowTest;
import io.stabbur.realtime.change.table.Grants;
import io.stabbur.realtime.change.table.Table;
import io.stabbur.realtime.change.table.Tables;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Checks bindings when a subscription begins. Few at a time, and the same binding of many
/// subscribers once: a storm of joins costs the database little.
final class BindingCheck {
  private static final Duration FRESH = Duration.ofSeconds(1);
  private static final int AT_ONCE = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long LONG_AGO = Duration.ofDays(1).toNanos();
  private static final int MOST_CACHED = 10_000;

  private final Tables tables;
  private final FilterCheck filters;
  private final String publication;
  private final FairShare turns =
      new FairShare(Terms.thirds(AT_ONCE, "Too many subscriptions are checked at the moment"));
  private final Cache<Question, Answer> answers =
      Caffeine.newBuilder().expireAfterWrite(FRESH).maximumSize(MOST_CACHED).build();
  private volatile Published published = new Published(List.of(), System.nanoTime() - LONG_AGO);

  BindingCheck(Database database, String publication) {
    this.tables = new Tables(database);
    this.filters = new FilterCheck(database);
    this.publication = publication;
  }

  /// The published tables as they were at a moment.
  private record Published(List<Tables.Name> names, long read) {}

  private record Question(
      String role, String event, String schema, String table, String filter, List<String> select) {}

  /// What becomes of a binding.
  sealed interface Answer {
    record Accepted(
        Set<Kind> kinds, String schema, String table, List<RowTest> tests, Set<String> select)
        implements Answer {}

    /// A binding that is not in force.
    ///
    /// @param retry whether the database may come to allow it
    record Refused(String message, Retry retry) implements Answer {}
  }

  /// Whether a refused binding is tried again by itself.
  enum Retry {
    LATER,
    NEVER
  }

  /// Waits its turn and asks the database.
  ///
  /// @param since a table that was not published then may be taken for one that is not
  Answer check(Caller caller, Binding binding, long since) {
    if (binding.schema() == null && binding.table() == null) {
      return new Answer.Refused(
          "No subscription params provided. Please provide at least a `schema` or `table` to"
              + " subscribe to",
          Retry.NEVER);
    }
    var question =
        new Question(
            caller.role(),
            event(binding),
            binding.schema() == null ? "public" : binding.schema(),
            binding.table() == null ? Bound.ANY : binding.table(),
            binding.filter() == null ? "" : binding.filter(),
            binding.select());
    var known = answers.getIfPresent(question);
    return known == null ? inTurn(caller.share(), question, since) : known;
  }

  private static String event(Binding binding) {
    var event = binding.event() == null ? "" : binding.event().toUpperCase(Locale.ROOT);
    return Set.of("INSERT", "UPDATE", "DELETE").contains(event) ? event : Bound.ANY;
  }

  private Answer inTurn(Share share, Question question, long since) {
    try (var _ = turns.acquire(share, 1, PATIENCE)) {
      var known = answers.getIfPresent(question);
      if (known != null) {
        return known;
      }
      var made = made(question, since);
      answers.put(question, made);
      return made;
    } catch (ApiException e) {
      return exception(question, reason(e), Retry.LATER);
    }
  }

  private Answer made(Question question, long since) {
    try {
      return answer(question, since);
    } catch (InvalidFilter e) {
      return new Answer.Refused(String.valueOf(e.getMessage()), Retry.NEVER);
    } catch (RefusedFilter e) {
      return exception(question, String.valueOf(e.getMessage()), Retry.NEVER);
    }
  }

  private static String reason(ApiException e) {
    return e.error() instanceof Failure.Database said
        ? "ERROR " + said.sqlState()
        : "the database cannot be asked at the moment";
  }

  private Answer answer(Question question, long since) throws InvalidFilter, RefusedFilter {
    var conditions = FilterText.parse(question.filter());
    boolean wildcard = question.schema().equals(Bound.ANY) || question.table().equals(Bound.ANY);
    if (wildcard && !question.select().isEmpty()) {
      return new Answer.Refused(
          "Column selection is not supported for wildcard subscriptions. Provide an explicit schema"
              + " and table name.",
          Retry.NEVER);
    }
    if (wildcard && !conditions.isEmpty()) {
      return exception(question, "a filter needs an explicit schema and table", Retry.NEVER);
    }
    var named = named(question, since);
    if (named.isEmpty()) {
      return new Answer.Refused(
          "Unable to subscribe to changes with given parameters. Please check Realtime is enabled"
              + " for the given connect parameters: ["
              + words(question)
              + "]",
          Retry.LATER);
    }
    if (wildcard) {
      return accepted(question, List.of());
    }
    var table = tables.read(named.getFirst().oid()).orElse(null);
    return table == null
        ? exception(question, "the table is gone", Retry.LATER)
        : ofTable(question, table, conditions);
  }

  private Answer ofTable(Question question, Table table, List<Condition> conditions)
      throws RefusedFilter {
    var grants = tables.grants(table.oid(), question.role());
    if (grants.columns().isEmpty()) {
      return exception(question, "permission denied for table " + table.name(), Retry.LATER);
    }
    var refusal = unselectable(question, table, grants);
    if (refusal != null) {
      return exception(question, "invalid column for select " + refusal, Retry.NEVER);
    }
    return accepted(question, filters.check(table, grants, conditions));
  }

  private static @Nullable String unselectable(Question question, Table table, Grants grants) {
    return question.select().stream()
        .filter(column -> table.place(column) < 0 || !grants.columns().contains(column))
        .findFirst()
        .orElse(null);
  }

  private static boolean isMeant(Question question, Tables.Name name) {
    return (question.schema().equals(Bound.ANY) || question.schema().equals(name.schema()))
        && (question.table().equals(Bound.ANY) || question.table().equals(name.table()));
  }

  /// The published tables a binding names. Where it names none of those known they are read anew,
  /// unless they were read after `since`.
  private List<Tables.Name> named(Question question, long since) {
    var known = published;
    long now = System.nanoTime();
    var meant = meant(question, known.names);
    if (now - known.read > FRESH.toNanos() || (meant.isEmpty() && known.read - since < 0)) {
      published = new Published(tables.published(publication), now);
      return meant(question, published.names);
    }
    return meant;
  }

  private static List<Tables.Name> meant(Question question, List<Tables.Name> names) {
    return names.stream().filter(each -> isMeant(question, each)).toList();
  }

  private static Answer accepted(Question question, List<RowTest> tests) {
    var kinds =
        question.event().equals(Bound.ANY)
            ? EnumSet.allOf(Kind.class)
            : EnumSet.of(Kind.valueOf(question.event()));
    return new Answer.Accepted(
        kinds, question.schema(), question.table(), tests, new HashSet<>(question.select()));
  }

  private static Answer exception(Question question, String what, Retry retry) {
    return new Answer.Refused(
        "Unable to subscribe to changes with given parameters. An exception happened so please"
            + " check your connect parameters: [%s]. Exception: %s"
                .formatted(words(question), what),
        retry);
  }

  private static String words(Question question) {
    return "event: %s, schema: %s, table: %s, filters: %s, select: %s"
        .formatted(
            question.event(),
            question.schema(),
            question.table(),
            question.filter(),
            question.select());
  }
}
