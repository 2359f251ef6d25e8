package io.stabbur.project;

import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Roles of a Supabase project that somebody dropped, and what a superuser gives them back once
/// they are made again: what a file made as such a role belongs to it, and the API's roles get the
/// rights on what will be made in schema public that the others of them have. What was granted to
/// them elsewhere is not known.
///
/// Roles belong to the whole server: one that is there again, and has none of its rights in a
/// database, was made again by the start of a project in another database.
///
/// @param names such as `anon`
record LostRoles(List<String> names) {
  private static final Statement LOST =
      Statement.of(
          """
          select name
          from unnest(array['anon', 'authenticated', 'service_role', 'authenticator',
            'supabase_auth_admin', 'supabase_storage_admin', 'supabase_realtime_admin'])
            as wanted (name)
          where to_regrole(name) is null order by name\
          """);
  private static final Set<String> OF_THE_API = Set.of("anon", "authenticated", "service_role");
  private static final Pattern BECOMES = Pattern.compile("(?:set local|reset) role ?(\\w*)");
  private static final Pattern MAKES =
      Pattern.compile("create (table|type|function) (\\w+)\\.(\\w+)\\b.*");
  private static final Statement DEFAULTS =
      Statement.of(SqlFile.of(LostRoles.class, "base/lost-role"));

  private static final Statement LACKS =
      Statement.of("select current_setting('stabbur.lost_role_lacks')");

  /// What a file makes that comes later.
  private static final Set<String> NOT_THERE = Set.of("3F000", "42P01", "42704", "42883");

  private static final Logger LOG = LoggerFactory.getLogger(LostRoles.class);

  /// Those that are not there, and those that are there again without any of the rights that were
  /// kept.
  static LostRoles of(Transaction tx, BaseObjects objects) {
    var names = withRights(objects.kept());
    names.removeAll(withRights(objects.present()));
    names.addAll(absent(tx));
    return new LostRoles(List.copyOf(names));
  }

  private static List<String> absent(Transaction tx) {
    return tx.list(LOST, row -> row.getString(1));
  }

  /// Of `right SELECT on table stabbur_storage.uploads for anon`, `anon`.
  private static Set<String> withRights(Set<String> identities) {
    return identities.stream()
        .filter(identity -> identity.startsWith("right "))
        .map(identity -> identity.substring(identity.lastIndexOf(' ') + 1))
        .filter(role -> !role.equals("public"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /// Whether some of the API's roles are among them and others are not: what new objects grant is
  /// read from those.
  boolean leavesRoleOfTheApi() {
    long lost = names.stream().filter(OF_THE_API::contains).count();
    return lost > 0 && lost < OF_THE_API.size();
  }

  /// Gives back what is theirs, and logs what was done and what was not.
  ///
  /// @param scripts those that make objects as these roles
  /// @param givesDefaults whether the API's roles get rights on new objects here
  void restore(Transaction tx, List<String> scripts, boolean givesDefaults) {
    var absent = absent(tx);
    var made = names.stream().filter(name -> !absent.contains(name)).toList();
    if (made.isEmpty()) {
      return;
    }
    LOG.warn(
        "These roles had been dropped and are made again: {}. What was granted to them on tables"
            + " and functions of your own, and policies for them, went with them; grant it again."
            + " In other databases of this server, the next start of their project gives back what"
            + " they owned and their default privileges.",
        String.join(", ", made));
    for (var script : scripts) {
      giveObjects(tx, script, made);
    }
    for (var name : made) {
      if (givesDefaults && OF_THE_API.contains(name)) {
        giveDefaults(tx, name);
      }
    }
  }

  private static void giveDefaults(Transaction tx, String name) {
    var _ =
        tx.first(
            Statement.of(
                "select set_config('stabbur.lost_role', ?, true),"
                    + " set_config('stabbur.lost_role_lacks', '', true)",
                name),
            row -> name);
    tx.attempt(DEFAULTS)
        .ifPresent(
            refusal ->
                LOG.warn(
                    "{} was given no default privileges in schema public: {}.",
                    name,
                    reason(refusal)));
    var lacks = tx.first(LACKS, row -> row.getString(1)).orElse("");
    if (!lacks.isEmpty()) {
      LOG.warn(
          "{} gets no rights on new {} in schema public, since anon, authenticated and service_role"
              + " do not all have some by default; where it should have them, use alter default"
              + " privileges.",
          name,
          lacks);
    }
  }

  private static void giveObjects(Transaction tx, String script, List<String> made) {
    var role = "";
    for (var piece : SqlScript.statements(script)) {
      var becomes = BECOMES.matcher(piece.summary());
      var makes = MAKES.matcher(piece.summary());
      if (becomes.matches()) {
        role = becomes.group(1);
      } else if (makes.matches() && made.contains(role)) {
        var owner = role;
        tx.attempt(
                alter(makes.group(1))
                    .name(makes.group(2))
                    .add(".")
                    .name(makes.group(3))
                    .add(" owner to ")
                    .name(owner)
                    .statement())
            .filter(refusal -> !isNotThere(refusal))
            .ifPresent(
                refusal ->
                    LOG.warn(
                        "{}.{} was not given back to {}: {}.",
                        makes.group(2),
                        makes.group(3),
                        owner,
                        reason(refusal)));
      }
    }
  }

  private static boolean isNotThere(ApiException refusal) {
    return refusal.error() instanceof Failure.Database failure
        && NOT_THERE.contains(failure.sqlState());
  }

  private static String reason(ApiException refusal) {
    return refusal.error() instanceof Failure.Database failure
        ? failure.message()
        : refusal.error().toString();
  }

  private static SqlText alter(String kind) {
    return switch (kind) {
      case "table" -> new SqlText().add("alter table ");
      case "type" -> new SqlText().add("alter type ");
      default -> new SqlText().add("alter function ");
    };
  }
}
