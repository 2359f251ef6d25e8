package io.stabbur.moving;

import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Compares the two sides of a move, and says what will be done and what stands in its way. Reads
/// only.
final class Planner {
  /// The roles that every project has.
  private static final List<String> PLATFORM =
      List.of("anon", "authenticated", "service_role", "authenticator", "postgres");

  private static final int OLDEST = 15;
  private static final long COUNTED_MOST = 256L << 20;

  private final DatabaseLink source;
  private final DatabaseLink target;
  private final Inventory from;
  private final Inventory to;
  private final boolean hasFiles;
  private final List<String> what = new ArrayList<>();
  private final List<String> staysBehind = new ArrayList<>();
  private final List<String> byHand = new ArrayList<>();
  private final List<String> conflicts = new ArrayList<>();

  Planner(
      DatabaseLink source, DatabaseLink target, Inventory from, Inventory to, boolean hasFiles) {
    this.source = source;
    this.target = target;
    this.from = from;
    this.to = to;
    this.hasFiles = hasFiles;
  }

  /// The plan.
  ///
  /// @param identity of the source
  /// @param program why the definitions cannot be read, if so
  Plan plan(String identity, Optional<String> program) {
    program.ifPresent(conflicts::add);
    compareVersions();
    var journal = new Journal(target);
    var before = journal.source();
    if (before.isPresent() && !before.get().equals(identity)) {
      conflicts.add(
          "The target holds the beginning of a move from another database; use an empty one.");
    } else if (!journal.isDone(Move.SCHEMA)) {
      compareContent();
      compareExtensions();
      refuseOtherOwners();
      if (from.scope() == Scope.SHARED) {
        refuseCiphertext();
      } else {
        refuseOthersLogins(identity);
      }
    }
    tellOfTables();
    comparePlatform();
    if (from.scope() == Scope.SHARED) {
      tellOfTheRest();
    } else {
      tellOfTheWhole();
    }
    return new Plan(what, staysBehind, byHand, conflicts);
  }

  private void compareVersions() {
    if (from.version() < OLDEST) {
      conflicts.add(
          "The source is Postgres %d; the oldest that moves is %d."
              .formatted(from.version(), OLDEST));
    }
    if (from.version() > to.version()) {
      conflicts.add(
          "The source is Postgres %d and the target %d; use a target of version %d or later."
              .formatted(from.version(), to.version(), from.version()));
    }
    if (target.isTrue("select pg_catalog.pg_is_in_recovery()")) {
      conflicts.add("The target is a standby; use the address of its primary.");
    }
    if (to.platform().isEmpty()) {
      conflicts.add("The target has no schemas auth and storage; use a project's database.");
    }
    if (from.platform().isEmpty()) {
      conflicts.add("The source has no schemas auth and storage; it is no Supabase project.");
    }
  }

  private void compareContent() {
    var there = target.texts(from.ofSchemas("objects"));
    if (!there.isEmpty()) {
      conflicts.add(
          "The target has %s already; use a project whose own schemas are empty (`stabbur.migrate: false` starts one without migrations)."
              .formatted(String.join(", ", there.subList(0, Math.min(3, there.size())))));
    }
    for (var table : to.platformInOrder()) {
      if (isOfPeople(table)
          && from.platform().containsKey(table.title())
          && hasRows(target, table)) {
        conflicts.add(
            "The target has rows in %s already; use a new project.".formatted(table.title()));
      }
    }
    if (!to.roles().containsAll(from.roles()) && !mayMakeRoles()) {
      conflicts.add(
          "The target's login may make no roles, and these are missing: %s."
              .formatted(String.join(", ", missingRoles(target, from))));
    }
  }

  /// What Stabbur keeps of its own a new project has some rows of already.
  private boolean isOfPeople(MovedTable table) {
    return from.scope() == Scope.SHARED
        || table.schema().equals("auth")
        || table.schema().equals("storage");
  }

  private boolean mayMakeRoles() {
    return missingRoles(target, from).isEmpty()
        || target.isTrue(
            "select rolsuper or rolcreaterole from pg_catalog.pg_roles where rolname ="
                + " current_user");
  }

  /// The roles that rights and policies name and the target's server lacks.
  static List<String> missingRoles(DatabaseLink target, Inventory from) {
    var there = target.texts(Statement.of("select rolname from pg_catalog.pg_roles"));
    return from.roles().stream().filter(role -> !there.contains(role)).toList();
  }

  /// The extensions that the target lacks and can have.
  static List<Extension> missingExtensions(DatabaseLink target, Inventory from, Inventory to) {
    var available =
        target.texts(Statement.of("select name from pg_catalog.pg_available_extensions"));
    return lacking(from, to).stream().filter(each -> available.contains(each.name())).toList();
  }

  private static List<Extension> lacking(Inventory from, Inventory to) {
    var there = to.extensions().stream().map(Extension::name).toList();
    return from.extensions().stream().filter(each -> !there.contains(each.name())).toList();
  }

  private void compareExtensions() {
    var comes = missingExtensions(target, from, to);
    for (var extension : lacking(from, to)) {
      if (comes.contains(extension)) {
        what.add("extension " + extension.name());
      } else if (extension.isUsed()) {
        conflicts.add(
            "The target's Postgres has no extension %s, which tables or functions of the source need; use a Postgres that has it."
                .formatted(extension.name()));
      } else {
        staysBehind.add(
            "extension %s, which the target's Postgres does not have; no table depends on it"
                .formatted(extension.name()));
      }
    }
    var login =
        from.scope() == Scope.WHOLE && SchemaCopy.mayReadLogins(source) ? "" : ", without login";
    missingRoles(target, from).forEach(role -> what.add("role %s%s".formatted(role, login)));
    compareTypes();
  }

  /// Columns may be of types that the platform of the source brings.
  private void compareTypes() {
    var checked = new HashSet<String>();
    source.list(foreignTypes(), row -> Map.entry(row.getString(1), row.getString(2))).stream()
        .filter(each -> checked.add(each.getKey()))
        .filter(each -> target.isTrue("select to_regtype(?) is null", each.getKey()))
        .forEach(
            each ->
                conflicts.add(
                    "The target has no type %s, which the column %s is of; it comes with the platform of the source."
                        .formatted(each.getKey(), each.getValue())));
  }

  private Statement foreignTypes() {
    var own = from.schemas().toArray(String[]::new);
    return Inventory.sql("foreign-types", own, own);
  }

  /// Owners do not come over, and with them would go what a view or function may not do.
  private void refuseOtherOwners() {
    source
        .list(from.ofSchemas("other-owners"), row -> Map.entry(row.getString(1), row.getString(2)))
        .forEach(
            each ->
                conflicts.add(
                    "The %s has the rights of its owner %s; in the target it would have those of postgres, whom no policy stops: in a copy of the source give it to postgres where that is meant, make it `security invoker`, or drop it."
                        .formatted(each.getKey(), each.getValue())));
  }

  /// A role of the same name on another server may be somebody else, who would get the rights.
  private void refuseOthersLogins(String identity) {
    if (server(identity).equals(server(Move.identity(target)))) {
      return;
    }
    var names = from.roles().stream().filter(role -> !PLATFORM.contains(role));
    target
        .texts(
            Statement.of(
                "select rolname from pg_catalog.pg_roles where rolcanlogin and rolname = any (?)"
                    + " order by 1",
                (Object) names.toArray(String[]::new)))
        .forEach(
            role ->
                conflicts.add(
                    "The target's server has a role %s that logs in already, and would have the rights that the source's has; rename one of the two."
                        .formatted(role)));
  }

  private static String server(String identity) {
    return identity.replaceFirst("/.*", "");
  }

  /// They would fire for each row that arrives, as the one who moves it.
  private void refuseTriggersThatAlwaysFire() {
    source
        .texts(from.ofSchemas("firing"))
        .forEach(
            trigger ->
                conflicts.add(
                    "The trigger %s fires for rows that are copied, too (enable always or enable replica); make it an ordinary one while the project moves."
                        .formatted(trigger)));
  }

  private void refuseCiphertext() {
    source
        .texts(from.ofSchemas("sealed-columns"))
        .forEach(
            column ->
                conflicts.add(
                    "The column %s holds ciphertext, whose keys do not move: bring the project over as a backup with its keys, or drop the column in a copy of the source."
                        .formatted(column)));
  }

  private void tellOfTables() {
    for (var table : from.tables()) {
      what.add("table %s: %s, %s".formatted(table.title(), rows(table), Sizes.text(table.bytes())));
    }
    for (var schema : from.schemas()) {
      what.add("schema %s: %s".formatted(schema, counts(schema)));
    }
    source
        .texts(
            Statement.of(
                """
                select pg_catalog.format('%s.%s', n.nspname, c.relname)
                from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                where c.relkind = 'f' and n.nspname = any (?) order by 1
                """,
                (Object) from.schemas().toArray(String[]::new)))
        .forEach(
            each ->
                conflicts.add(
                    "%s is a foreign table, whose server and password do not move; drop it in a copy of the source."
                        .formatted(each)));
  }

  private String counts(String schema) {
    return String.valueOf(
        source.value(
            Statement.of(
                """
                select pg_catalog.format('%s views, %s functions, %s types, %s sequences, %s policies, %s triggers',
                  (select count(*) from pg_catalog.pg_class c where c.relnamespace = n.oid and c.relkind in ('v', 'm')),
                  (select count(*) from pg_catalog.pg_proc p where p.pronamespace = n.oid),
                  (select count(*) from pg_catalog.pg_type t where t.typnamespace = n.oid and t.typtype in ('e', 'd', 'r')),
                  (select count(*) from pg_catalog.pg_class c where c.relnamespace = n.oid and c.relkind = 'S'),
                  (select count(*) from pg_catalog.pg_policies p where p.schemaname = n.nspname),
                  (select count(*) from pg_catalog.pg_trigger t join pg_catalog.pg_class c on c.oid = t.tgrelid
                   where c.relnamespace = n.oid and not t.tgisinternal))
                from pg_catalog.pg_namespace n where n.nspname = ?
                """,
                schema)));
  }

  private String rows(MovedTable table) {
    return table.bytes() <= COUNTED_MOST
        ? source.number(
                new SqlText().add("select count(*) from only ").append(table.quoted()).statement())
            + " rows"
        : "about " + table.estimate() + " rows";
  }

  /// Versions of the auth and storage servers differ in columns and tables.
  private void comparePlatform() {
    for (var table : from.platformInOrder()) {
      var counterpart = to.platform().get(table.title());
      if (counterpart == null) {
        if (hasRows(source, table)) {
          staysBehind.add("table %s, which the target does not have".formatted(table.title()));
        }
        continue;
      }
      if (hasRows(source, table)) {
        what.add("table %s: %s".formatted(table.title(), rows(table)));
      }
      table.columns().stream()
          .filter(column -> !counterpart.columns().contains(column))
          .forEach(
              column ->
                  staysBehind.add(
                      "column %s.%s, which the target does not have"
                          .formatted(table.title(), column)));
      counterpart.needed().stream()
          .filter(column -> !table.columns().contains(column))
          .forEach(
              column ->
                  conflicts.add(
                      "The target needs a value for %s.%s, which the source does not have; update the source first."
                          .formatted(table.title(), column)));
    }
  }

  private static boolean hasRows(DatabaseLink link, MovedTable table) {
    return "t"
        .equals(
            link.value(
                new SqlText()
                    .add("select exists (select from only ")
                    .append(table.quoted())
                    .add(")")
                    .statement()));
  }

  /// The keys, the files' store and the settings of the appliance are the same afterwards.
  private void tellOfTheWhole() {
    refuseTriggersThatAlwaysFire();
    var roles = SchemaCopy.mayReadLogins(source) ? List.<String>of() : missingRoles(target, from);
    var left = Inventory.sql("left-behind", (Object) roles.toArray(String[]::new));
    var there = target.texts(left);
    source.texts(left).stream()
        .filter(line -> !line.startsWith("event trigger ") || !there.contains(line))
        .filter(line -> !line.endsWith(" large objects") && !line.startsWith("setting "))
        .forEach(staysBehind::add);
    staysBehind.add("messages of Realtime that clients may ask for again");
    tellOfAttachments();
    var jobs = new JobCopy(source, target).names();
    if (!from.platform().containsKey("cron.job") && !jobs.isEmpty()) {
      jobs.forEach(job -> what.add("cron job %s, paused".formatted(job)));
      byHand.add(
          "Start the cron jobs: select cron.alter_job(jobid, active := true) from cron.job;");
    }
    if (!mayBeQuiet()) {
      conflicts.add(
          "The target's login may not set session_replication_role, and triggers would fire for"
              + " each row that arrives; as a superuser: grant set on parameter"
              + " session_replication_role to it.");
    }
    if (source.isTrue("select to_regnamespace('stabbur_control') is not null")) {
      conflicts.add(
          "The control database is a schema of the source; give it a database of its own first"
              + " (control.database-url).");
    }
  }

  private boolean mayBeQuiet() {
    return target.isTrue(
        "select pg_catalog.has_parameter_privilege('session_replication_role', 'set')");
  }

  private void tellOfTheRest() {
    var roles = missingRoles(target, from).toArray(String[]::new);
    staysBehind.addAll(source.texts(Inventory.sql("left-behind", (Object) roles)));
    tellOfOwnTables();
    tellOfAttachments();
    tellOfJobs();
    long objects = numberOf("storage.objects");
    if (objects > 0 && hasFiles) {
      what.add("%d files, %s".formatted(objects, Sizes.text(fileBytes())));
    } else if (objects > 0) {
      staysBehind.add(
          "the bytes of %d files: name their place with --files or --storage-url"
              .formatted(objects));
    }
    tellOfSecrets();
  }

  private void tellOfAttachments() {
    for (var attached : Attachment.of(source, from)) {
      if (attached.isPossible(target)) {
        what.add(attached.title());
      } else {
        staysBehind.add(
            attached.title()
                + ", which is switched off, as the target's login may switch none off");
      }
    }
  }

  private void tellOfJobs() {
    var jobs = new JobCopy(source, target).names();
    jobs.forEach(job -> what.add("cron job %s, paused".formatted(job)));
    if (!jobs.isEmpty()) {
      byHand.add(
          "Start the cron jobs once the source's are stopped: select cron.alter_job(jobid, active"
              + " := true) from cron.job;");
    }
  }

  /// What Stabbur keeps beside the project's own schemas, such as organizations and their keys.
  private void tellOfOwnTables() {
    record Own(String schema, String name, boolean isReadable) {}
    source
        .list(
            Inventory.sql("own-tables"),
            row -> new Own(row.getString(1), row.getString(2), row.getBoolean(3)))
        .stream()
        .filter(own -> !own.isReadable() || hasRowsOrParts(own.schema(), own.name()))
        .map(own -> own.schema() + "." + own.name())
        .filter(title -> !(from.platform().containsKey(title) && to.platform().containsKey(title)))
        .forEach(title -> staysBehind.add("table %s of Stabbur".formatted(title)));
  }

  private boolean hasRowsOrParts(String schema, String name) {
    var question =
        new SqlText().add("select exists (select from ").name(schema).add(".").name(name).add(")");
    return "t".equals(source.value(question.statement()));
  }

  private long numberOf(String title) {
    var table = from.platform().get(title);
    return table == null
        ? 0
        : source.number(
            new SqlText().add("select count(*) from ").append(table.quoted()).statement());
  }

  private long fileBytes() {
    return source.number(
        Statement.of(
            "select sum(case when metadata ->> 'size' ~ '^[0-9]{1,18}$'"
                + " then (metadata ->> 'size')::bigint end)::bigint from storage.objects"));
  }

  private void tellOfSecrets() {
    if (numberOf("auth.users") > 0
        && source.isTrue(
            "select exists (select from auth.users where encrypted_password like '{%')")) {
      byHand.add(
          "Passwords of the source are encrypted with a key of its auth server, which is not in the"
              + " database: those people need a new password.");
    }
    if (source.isTrue("select to_regclass('vault.secrets') is not null")
        && source.isTrue("select has_table_privilege('vault.secrets', 'select')")) {
      source
          .texts(Statement.of("select coalesce(name, id::text) from vault.secrets order by 1"))
          .forEach(name -> byHand.add("Set the vault's secret %s.".formatted(name)));
    }
    if (source.isTrue("select to_regclass('stabbur.functions') is not null")) {
      source
          .texts(Statement.of("select slug from stabbur.functions order by 1"))
          .forEach(slug -> byHand.add("Deploy the function %s.".formatted(slug)));
      source
          .texts(Statement.of("select name from stabbur.function_secrets order by 1"))
          .forEach(name -> byHand.add("Set the functions' secret %s.".formatted(name)));
    } else {
      byHand.add(
          "Deploy the Edge Functions and set their secrets, which are in no database: supabase"
              + " functions list, supabase secrets list.");
    }
    byHand.add(
        "Set up mail, sign-in providers and hooks as in the source, and give clients the new"
            + " address and keys; people whose apps keep a refresh token stay signed in.");
  }
}
