package io.stabbur.operations.usage;

import io.stabbur.organization.OrganizationSchema;
import io.stabbur.organization.rows.OrganizationTables;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Asks one project's database what its organizations use, within bounds.
final class UsageStore {
  private static final String ROWS = SqlFile.of(UsageStore.class, "rows");
  private static final String BYTES = SqlFile.of(UsageStore.class, "bytes");
  private static final String ACTIVE = SqlFile.of(UsageStore.class, "active");

  private final Project project;
  private final Actor owner;

  /// The service role, as the contract's functions expect it: policies let it see all.
  private final Actor service;

  UsageStore(Project project) {
    this.project = project;
    this.owner = bounded(Actor.of(project.admin().login().user()));
    this.service =
        bounded(Actor.of("service_role").with("request.jwt.claims", "{\"role\":\"service_role\"}"));
  }

  private static Actor bounded(Actor actor) {
    return actor.with("statement_timeout", "10s").with("lock_timeout", "1s");
  }

  /// The schema with the functions of the contract; empty where a schema has no organizations.
  Optional<String> functions() {
    return project
        .admin()
        .transaction(
            owner,
            Access.READ,
            tx ->
                tx.first(
                    Statement.of("select functions::text from stabbur.organization_schema"),
                    row -> String.valueOf(row.getString(1))));
  }

  /// The ids of all organizations.
  List<String> organizations(String functions) {
    var call =
        new SqlText()
            .add("select o ->> 'id' from jsonb_array_elements(")
            .name(functions)
            .add(".organizations()::jsonb) o")
            .statement();
    return project
        .admin()
        .transaction(
            service, Access.READ, tx -> tx.list(call, row -> String.valueOf(row.getString(1))));
  }

  /// An estimate of the rows that refer to each; none where the schema does not name its table of
  /// organizations.
  Map<String, Double> rows(OrganizationSchema schema) {
    return project
        .admin()
        .transaction(
            owner,
            Access.READ,
            tx ->
                OrganizationTables.named(tx, schema)
                    .map(tables -> byOrganization(tx, Statement.of(ROWS, tables.organizations())))
                    .orElse(Map.of()));
  }

  Map<String, Double> bytes(List<String> organizations) {
    var ids = organizations.toArray(String[]::new);
    return project
        .admin()
        .transaction(
            owner, Access.READ, tx -> byOrganization(tx, Statement.of(BYTES, (Object) ids)));
  }

  private static Map<String, Double> byOrganization(Transaction tx, Statement statement) {
    var values = new HashMap<String, Double>();
    tx.list(statement, row -> Map.entry(String.valueOf(row.getString(1)), row.getDouble(2)))
        .forEach(entry -> values.put(entry.getKey(), entry.getValue()));
    return values;
  }

  /// How many members have a session that was used within 30 days.
  double active(String functions, String organization) {
    var call =
        new SqlText()
            .add("select m ->> 'user_id' from jsonb_array_elements(")
            .name(functions)
            .add(".members(")
            .value(organization)
            .add("::uuid)::jsonb) m where m ->> 'user_id' is not null")
            .statement();
    var members =
        project
            .admin()
            .transaction(
                service, Access.READ, tx -> tx.list(call, row -> String.valueOf(row.getString(1))))
            .toArray(String[]::new);
    return project
        .admin()
        .transaction(
            owner,
            Access.READ,
            tx ->
                tx.first(Statement.of(ACTIVE, (Object) members), row -> row.getDouble(1))
                    .orElse(0.0));
  }
}
