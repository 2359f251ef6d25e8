package io.stabbur.operations.probe;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.operations.advisor.Advisor;
import io.stabbur.platform.db.Outcome;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Jsonb;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// The callers of one organization, and a member of another whose things they try to reach.
///
/// @param callers with and without an account; those of the first organization have rows of their
///   own
/// @param other the member of the other organization
/// @param organizationTable the oid of the table that holds organizations; 0 where it is not known
record Parties(List<Member> callers, Member other, long organizationTable) {
  /// Rights and policies, missing sign-in, and what functions raise on purpose: in general, for
  /// want of a row, and for a wrong argument.
  private static final Set<String> REFUSALS =
      Set.of("42501", "28000", "28P01", "P0001", "P0002", "22023");

  private static final String CONTRACT = SqlFile.of(Parties.class, "contract");
  private static final String TABLES = SqlFile.of(Parties.class, "organization_tables");

  /// Why there are no parties.
  static final class NoParties extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoParties(String message) {
      super(message, null, false, false);
    }
  }

  /// Callers by the claims of their tokens, the last of which is the other organization's.
  static Parties of(List<JsonNode> claims) {
    var callers = new ArrayList<Member>();
    callers.add(Member.ANON);
    callers.add(Member.stranger());
    for (int i = 0; i < claims.size(); i++) {
      var fields = new LinkedHashMap<String, JsonNode>();
      claims.get(i).entries().forEach(each -> fields.put(each.getKey(), each.getValue()));
      var name =
          Member.text(claims.get(i), "user_role").orElse(i == 0 ? "caller" : "caller " + (i + 1));
      callers.add(Member.of(name, UUID.randomUUID().toString(), fields));
    }
    var other = callers.removeLast();
    return new Parties(callers, other, 0);
  }

  /// The contract that a schema with organizations fulfils.
  private record Contract(
      String functions,
      List<String> roles,
      Optional<String> defaultRole,
      String firstRole,
      boolean namesTables) {
    static Contract of(ResultSet row) throws SQLException {
      return new Contract(
          String.valueOf(row.getString("functions")),
          Relation.texts(row.getArray("roles")),
          Optional.ofNullable(row.getString("default_role")),
          String.valueOf(row.getString("first_role")),
          row.getBoolean("names_tables"));
    }

    SqlText function(String name) {
      return new SqlText().add("select ").name(functions).add(".").name(name).add("(");
    }
  }

  /// Two organizations made by the schema's own functions, each with members.
  static Parties ofContract(Transaction tx, List<String> schemas) {
    var contract =
        switch (tx.trial(trial -> trial.first(Statement.of(CONTRACT), Contract::of))) {
          case Outcome.Answered<Optional<Contract>>(var found) when found.isPresent() ->
              found.get();
          case Outcome.Answered<Optional<Contract>> _, Outcome.Failed<Optional<Contract>> _ ->
              throw new NoParties(
                  "The schema says nothing of organizations (app/docs/organizations.md); give the"
                      + " claims of two callers with --as.");
        };
    var first = organization(tx, contract);
    var second = organization(tx, contract);
    var callers = new ArrayList<Member>();
    callers.add(Member.ANON);
    callers.add(Member.stranger());
    for (var role : contract.roles()) {
      callers.add(member(tx, contract, first, role));
    }
    var other = member(tx, contract, second, contract.defaultRole().orElse(contract.firstRole()));
    return new Parties(
        callers, other, contract.namesTables() ? named(tx, contract) : table(tx, schemas, first));
  }

  private static String organization(Transaction tx, Contract contract) {
    var id = UUID.randomUUID().toString();
    var fields = new LinkedHashMap<String, JsonNode>();
    fields.put("id", JsonNode.createStringNode(id));
    fields.put("name", JsonNode.createStringNode("Probe " + id));
    fields.put("slug", JsonNode.createStringNode("probe-" + id.substring(0, 8)));
    fields.put("settings", JsonNode.createObjectNode(Map.of()));
    fields.put("labels", JsonNode.createArrayNode(List.of()));
    required(tx, contract.function("add_organization").value(json(fields)).add(")").statement());
    return id;
  }

  private static Member member(
      Transaction tx, Contract contract, String organization, String role) {
    var person = UUID.randomUUID().toString();
    required(
        tx,
        Statement.of(
            """
            insert into auth.users (id, aud, role, email, raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
            values (?::uuid, 'authenticated', 'authenticated', ?, '{}', '{}', now(), now()) returning id::text\
            """,
            person,
            person + "@probe.invalid"));
    required(tx, Statement.of("select set_config('stabbur.joining', ?, true)", person));
    var fields = new LinkedHashMap<String, JsonNode>();
    fields.put("id", JsonNode.createStringNode(UUID.randomUUID().toString()));
    fields.put("organization_id", JsonNode.createStringNode(organization));
    fields.put("user_id", JsonNode.createStringNode(person));
    fields.put("role", JsonNode.createStringNode(role));
    fields.put("status", JsonNode.createStringNode("active"));
    required(tx, contract.function("add_member").value(json(fields)).add(")").statement());
    var claims =
        required(
            tx,
            contract
                .function("membership_claims")
                .value(UUID.fromString(person))
                .add(", ")
                .value(UUID.fromString(organization))
                .add(")")
                .statement());
    var all = new LinkedHashMap<String, JsonNode>();
    Json.parse(claims).entries().forEach(each -> all.put(each.getKey(), each.getValue()));
    return Member.of(role, person, all);
  }

  private static Jsonb json(Map<String, JsonNode> fields) {
    return new Jsonb(Json.write(JsonNode.createObjectNode(fields)));
  }

  private static String required(Transaction tx, Statement statement) {
    return switch (tx.step(
        step -> step.first(statement, row -> String.valueOf(row.getString(1))))) {
      case Outcome.Answered<Optional<String>>(var value) -> value.orElse("");
      case Outcome.Failed<Optional<String>>(var failure) ->
          throw new NoParties(
              "Two organizations could not be made: %s.".formatted(reason(failure)));
    };
  }

  /// Whether it was said no to, by a right, a policy or the function itself; any other failure
  /// leaves open what would have been shown.
  static boolean isRefusal(ApiException failure) {
    return failure.error() instanceof io.stabbur.platform.error.Failure.Database error
        && (REFUSALS.contains(error.sqlState()) || error.sqlState().startsWith("PT4"));
  }

  static String reason(ApiException failure) {
    return failure.error() instanceof io.stabbur.platform.error.Failure.Database error
        ? error.message()
        : failure.error().getClass().getSimpleName();
  }

  /// The table of organizations, which the schema names.
  private static long named(Transaction tx, Contract contract) {
    var names =
        Json.parse(required(tx, contract.function("organization_tables").add(")").statement()));
    var asked =
        Statement.of(
            """
            select c.oid::bigint from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            where n.nspname || '.' || c.relname = ?\
            """,
            Member.text(names, "organizations").orElse(""));
    return tx.first(asked, row -> row.getLong(1)).orElse(0L);
  }

  /// The table in which the organization's id is now a key.
  private static long table(Transaction tx, List<String> schemas, String organization) {
    var tables =
        tx.list(
            Advisor.scoped(TABLES, schemas),
            row ->
                Map.entry(
                    row.getLong("oid"),
                    new SqlText()
                        .add("select exists (select from ")
                        .name(String.valueOf(row.getString("schema_name")))
                        .add(".")
                        .name(String.valueOf(row.getString("name")))
                        .add(" where ")
                        .name(String.valueOf(row.getString("key")))
                        .add(" = ")
                        .value(UUID.fromString(organization))
                        .add(")")
                        .statement()));
    for (var table : tables) {
      if (tx.trial(trial -> trial.first(table.getValue(), row -> row.getBoolean(1)))
              instanceof Outcome.Answered<Optional<Boolean>>(var found)
          && found.orElse(false)) {
        return table.getKey();
      }
    }
    return 0;
  }
}
