package io.stabbur.operations.advisor;

import io.stabbur.operations.advisor.Policy.Command;
import io.stabbur.operations.advisor.PolicyTrial.Reach;
import io.stabbur.platform.sql.SqlText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What is wrong with policies, judged by what they let strangers do.
final class PolicyFindings {
  private static final Pattern MEANT_FOR_ALL =
      Pattern.compile("(?i)publi(c|sh)|visible|shared|listed");
  private static final List<Command> COMMANDS =
      List.of(Command.SELECT, Command.INSERT, Command.UPDATE, Command.DELETE);

  private final List<Policy> policies;
  private final PolicyTrial trial;
  private final Map<Policy.Table, List<Column>> columns;
  private final boolean hasAnonymousUsers;
  private final Set<String> publicBuckets;
  private final List<Finding> found = new ArrayList<>();

  PolicyFindings(
      List<Policy> policies,
      PolicyTrial trial,
      Map<Policy.Table, List<Column>> columns,
      boolean hasAnonymousUsers,
      Set<String> publicBuckets) {
    this.policies = policies;
    this.trial = trial;
    this.columns = columns;
    this.hasAnonymousUsers = hasAnonymousUsers;
    this.publicBuckets = publicBuckets;
  }

  List<Finding> all() {
    for (var policy : policies) {
      if (policy.isPermissive() && policy.hasRls()) {
        judge(policy);
      }
      if (policy.isOwn() && policy.hasRls()) {
        callsPerRow(policy);
      }
    }
    policies.stream().filter(Policy::isOwn).map(Policy::of).distinct().forEach(this::superfluous);
    if (hasAnonymousUsers) {
      policies.stream().filter(Policy::isOwn).map(Policy::of).distinct().forEach(this::anonymous);
    }
    return found;
  }

  /// What the policy lets whoever is signed in, or whoever asks, find and write.
  private record Openness(Reach found, Reach written, String whom) {}

  private Openness openness(Policy policy) {
    if (policy.forAnon()) {
      var anon = opennessTo(Stranger.ANON, policy, "whoever has the publishable key");
      if (anon.found() != Reach.NO_ROW || anon.written() != Reach.NO_ROW) {
        return anon;
      }
    }
    return policy.forSignedIn()
        ? opennessTo(Stranger.ACCOUNT_HOLDER, policy, "whoever has an account")
        : new Openness(Reach.NO_ROW, Reach.NO_ROW, "nobody");
  }

  private Openness opennessTo(Stranger caller, Policy policy, String whom) {
    return new Openness(trial.found(caller, policy), trial.written(caller, policy), whom);
  }

  /// How many rows the policy lets strangers have, for its description.
  Reach reach(Policy policy) {
    if (!policy.isPermissive()) {
      return Reach.NO_ROW;
    }
    var open = openness(policy);
    return policy.command() == Command.INSERT ? open.written() : open.found();
  }

  private void judge(Policy policy) {
    if (isForTokensWithoutUser(policy)) {
      add(
          Lint.RLS_POLICY_NULL_AUTH_DISJUNCT,
          policy,
          "Policy %s of %s lets callers whose token names no user %s rows that no signed-in user may: auth.uid() is null for them, and the condition takes that for a yes."
              .formatted(policy.name(), policy.of(), policy.command().verb()),
          "alter policy %s on %s.%s using (%s is not null and (%s));"
              .formatted(
                  SqlText.quote(policy.name()),
                  SqlText.quote(policy.schema()),
                  SqlText.quote(policy.table()),
                  "(select auth.uid())",
                  policy.using().or(policy::check).orElse("true")));
    } else {
      open(policy, openness(policy));
    }
    if (trial.isRecursive(policy)) {
      add(
          Lint.RLS_POLICY_RECURSION,
          policy,
          "Policy %s of %s reads a table whose policies lead back to it: Postgres refuses every request (infinite recursion)."
              .formatted(policy.name(), policy.of()),
          "-- move the sub-select into a function that is security definer, with a fixed search_path\n"
              + policy.drop());
    }
  }

  private void open(Policy policy, Openness open) {
    var everyRow = everyRow(policy, open);
    if (everyRow.isPresent()) {
      add(
          Lint.RLS_POLICY_ALWAYS_TRUE,
          policy,
          "Policy %s of %s lets %s %s: its condition (%s) holds for all of them."
              .formatted(
                  policy.name(), policy.of(), open.whom(), everyRow.get(), condition(policy)),
          policy.drop() + " -- then one that names whose row it is");
    } else if (policy.command() == Command.UPDATE
        && open.found() == Reach.NO_ROW
        && open.written() == Reach.EVERY_ROW) {
      add(
          Lint.RLS_UPDATE_MOVES_ROWS,
          policy,
          "Policy %s of %s lets users turn their rows into anything (WITH CHECK %s): also into rows of others."
              .formatted(policy.name(), policy.of(), policy.check().orElse("true")),
          "alter policy %s on %s.%s with check (%s);"
              .formatted(
                  SqlText.quote(policy.name()),
                  SqlText.quote(policy.schema()),
                  SqlText.quote(policy.table()),
                  policy.using().orElse("false")));
    } else if (ignoresCaller(policy, open)) {
      add(
          Lint.RLS_POLICY_IGNORES_CALLER,
          policy,
          "Policy %s of %s asks about the row alone (%s): %s may %s such rows of everybody."
              .formatted(
                  policy.name(),
                  policy.of(),
                  condition(policy),
                  open.whom(),
                  policy.command().verb()),
          policy.drop() + " -- then one that names whose row it is, too");
    }
  }

  private static Optional<String> everyRow(Policy policy, Openness open) {
    boolean finds = open.found() == Reach.EVERY_ROW;
    boolean writes = open.written() == Reach.EVERY_ROW;
    return switch (policy.command()) {
      case SELECT -> finds ? Optional.of("read every row") : Optional.empty();
      case DELETE -> finds ? Optional.of("remove every row") : Optional.empty();
      case INSERT -> writes ? Optional.of("add any row") : Optional.empty();
      case UPDATE -> finds ? Optional.of("change every row") : Optional.empty();
      case ALL ->
          finds
              ? Optional.of("read, change and remove every row")
              : writes ? Optional.of("add any row") : Optional.empty();
    };
  }

  /// Reading by the row alone is how public content is meant, where the condition says so or the
  /// table knows no owners.
  private boolean ignoresCaller(Policy policy, Openness open) {
    boolean some =
        open.found() != Reach.NO_ROW
            || (policy.command() == Command.INSERT && open.written() != Reach.NO_ROW);
    if (!some || policy.schema().equals("realtime")) {
      return false;
    }
    var condition = policy.using().or(policy::check).orElse("");
    boolean ofPublicBucket =
        policy.schema().equals("storage")
            && publicBuckets.stream().anyMatch(bucket -> condition.contains("'" + bucket + "'"));
    return policy.command() != Command.SELECT
        || (policy.hasOwner() && !ofPublicBucket && !MEANT_FOR_ALL.matcher(condition).find());
  }

  private boolean isForTokensWithoutUser(Policy policy) {
    if (!policy.forSignedIn()) {
      return false;
    }
    var member = opennessTo(Stranger.ACCOUNT_HOLDER, policy, "");
    var nobody = policy.forAnon() ? Stranger.ANON : Stranger.NO_USER;
    return member.found() == Reach.NO_ROW
        && member.written() == Reach.NO_ROW
        && (trial.found(nobody, policy) != Reach.NO_ROW
            || trial.written(nobody, policy) != Reach.NO_ROW);
  }

  private void callsPerRow(Policy policy) {
    var names = columns.getOrDefault(policy.of(), List.of()).stream().map(Column::name).toList();
    var calls = new LinkedHashSet<String>();
    policy.using().ifPresent(text -> calls.addAll(CallsPerRow.of(text, names)));
    policy.check().ifPresent(text -> calls.addAll(CallsPerRow.of(text, names)));
    if (!calls.isEmpty()) {
      found.add(
          Finding.of(
              Lint.AUTH_RLS_INITPLAN,
              policy,
              "Policy %s of %s calls %s for each row."
                  .formatted(policy.name(), policy.of(), String.join(", ", calls)),
              "auth_rls_init_plan_%s_%s_%s"
                  .formatted(policy.schema(), policy.table(), policy.name()),
              alter(policy, calls)));
    }
  }

  private static String alter(Policy policy, Collection<String> calls) {
    var clauses = new StringBuilder();
    policy
        .using()
        .ifPresent(text -> clauses.append(" using (").append(wrapped(text, calls)).append(')'));
    policy
        .check()
        .ifPresent(
            text -> clauses.append(" with check (").append(wrapped(text, calls)).append(')'));
    return "alter policy %s on %s.%s%s;"
        .formatted(
            SqlText.quote(policy.name()),
            SqlText.quote(policy.schema()),
            SqlText.quote(policy.table()),
            clauses);
  }

  private static String wrapped(String text, Collection<String> calls) {
    var wrapped = text;
    for (var call : calls) {
      wrapped = wrapped.replace(call, "(select " + call + ")");
    }
    return wrapped;
  }

  /// Several policies cost what one with `or` costs; they are a fault where one of them decides
  /// nothing, since another says the same or lets everybody in.
  private void superfluous(Policy.Table table) {
    for (var caller : List.of(Stranger.ANON, Stranger.ACCOUNT_HOLDER)) {
      for (var command : COMMANDS) {
        var several =
            policies.stream()
                .filter(each -> each.isOf(table) && each.isPermissive() && each.hasRls())
                .filter(each -> each.covers(command) && isFor(each, caller))
                .toList();
        if (several.size() > 1 && isSuperfluous(several, command, caller)) {
          several(table, caller, command, several);
        }
      }
    }
  }

  private void several(Policy.Table table, Stranger caller, Command command, List<Policy> several) {
    var names = several.stream().map(Policy::name).collect(Collectors.joining(", "));
    found.add(
        Finding.of(
            Lint.MULTIPLE_PERMISSIVE_POLICIES,
            several.getFirst(),
            "Of the policies %s of %s for %s by %s one is superfluous, and all are evaluated."
                .formatted(names, table, command, caller.role()),
            "multiple_permissive_policies_%s_%s_%s_%s"
                .formatted(table.schema(), table.name(), caller.role(), command),
            several.getLast().drop()));
  }

  private boolean isSuperfluous(List<Policy> several, Command command, Stranger caller) {
    var conditions =
        several.stream()
            .map(each -> each.found().orElse("") + '|' + each.written().orElse(""))
            .toList();
    return Set.copyOf(conditions).size() < conditions.size()
        || several.stream()
            .anyMatch(
                each ->
                    (command == Command.INSERT
                            ? trial.written(caller, each)
                            : trial.found(caller, each))
                        == Reach.EVERY_ROW);
  }

  private static boolean isFor(Policy policy, Stranger caller) {
    return caller.role().equals("anon") ? policy.forAnon() : policy.forSignedIn();
  }

  private void anonymous(Policy.Table table) {
    var open =
        policies.stream()
            .filter(each -> each.isOf(table) && each.isPermissive() && each.hasRls())
            .filter(Policy::forSignedIn)
            .filter(
                each ->
                    trial.found(Stranger.ANONYMOUS_USER, each) != Reach.NO_ROW
                        || trial.written(Stranger.ANONYMOUS_USER, each) != Reach.NO_ROW)
            .toList();
    if (!open.isEmpty()) {
      found.add(
          Finding.of(
              Lint.AUTH_ALLOW_ANONYMOUS_SIGN_INS,
              open.getFirst(),
              "Policies of %s let anonymous users in: %s."
                  .formatted(
                      table, open.stream().map(Policy::name).collect(Collectors.joining(", "))),
              "auth_allow_anonymous_sign_ins_%s_%s".formatted(table.schema(), table.name()),
              "create policy no_anonymous_users on %s.%s as restrictive to authenticated using (coalesce((select (auth.jwt() ->> 'is_anonymous')::boolean), false) is false);"
                  .formatted(SqlText.quote(table.schema()), SqlText.quote(table.name()))));
    }
  }

  private static String condition(Policy policy) {
    return Wording.condition(policy.using().or(policy::check).orElse("true"));
  }

  private void add(Lint lint, Policy policy, String detail, String mend) {
    found.add(
        Finding.of(
            lint,
            policy,
            detail,
            "%s_%s_%s_%s".formatted(lint.id(), policy.schema(), policy.table(), policy.name()),
            mend));
  }

  /// Columns by table, as the trial needs them.
  static Map<Policy.Table, List<Column>> byTable(List<Column> columns) {
    return columns.stream()
        .collect(Collectors.groupingBy(Column::table, LinkedHashMap::new, Collectors.toList()));
  }
}
