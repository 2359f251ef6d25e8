package io.stabbur.organization.rows;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.organization.OrganizationSchema;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Refused;
import io.stabbur.platform.json.Json;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/// The tables that a schema names by `organization_tables()` of its contract. They are never
/// guessed from rows: clients insert rows with ids of their choice.
///
/// @param organizations the table of organizations, such as `public.schools`
/// @param members those that say who belongs to one, invitations among them
public record OrganizationTables(String organizations, Set<String> members) {
  private static final String FUNCTION = "organization_tables";

  public OrganizationTables {
    members = Set.copyOf(members);
  }

  /// The tables, where the schema names them.
  ///
  /// @param tx a transaction of the owner
  public static Optional<OrganizationTables> named(Transaction tx, OrganizationSchema schema) {
    return schema.provides(FUNCTION) ? Optional.of(read(tx, schema)) : Optional.empty();
  }

  /// @throws ApiException 409 where the schema does not name them
  static OrganizationTables of(Transaction tx, OrganizationSchema schema) {
    return named(tx, schema).orElseThrow(OrganizationTables::unnamed);
  }

  private static OrganizationTables read(Transaction tx, OrganizationSchema schema) {
    var json =
        tx.first(schema.call(FUNCTION), row -> String.valueOf(row.getString(1)))
            .map(Json::parse)
            .orElseThrow(OrganizationTables::unnamed);
    var organizations = json.get("organizations");
    var members = json.get("members");
    if (organizations == null
        || !organizations.isString()
        || members == null
        || !members.isArray()) {
      throw unnamed();
    }
    var names = new LinkedHashSet<String>();
    for (JsonNode name : members.values()) {
      names.add(name.getStringValue());
    }
    return new OrganizationTables(organizations.getStringValue(), names);
  }

  private static ApiException unnamed() {
    return new ApiException(
        new Refused(
            409,
            "organization_tables_unnamed",
            "The schema does not name its table of organizations and those of members: a"
                + " migration must add the function organization_tables()"
                + " (app/docs/organizations.md); nothing was written."));
  }
}
