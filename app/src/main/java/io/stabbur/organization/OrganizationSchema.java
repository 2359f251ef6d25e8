package io.stabbur.organization;

import io.stabbur.identity.Caller;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// How a project's schema keeps organizations: the row of `stabbur.organization_schema`, and the
/// functions that the schema provides. `app/docs/organizations.md` explains the contract.
///
/// @param header the header that selects the organization of a request; empty for the default
/// @param roles the roles of members, lowest first
/// @param defaultRole the role of a member whose role nobody said; empty where it must be said
/// @param firstRole the role of an organization's first administrator
/// @param administrators the roles that administer an organization: they read members' addresses
/// @param platformRole the `user_role` of those who run the platform and act in no organization
/// @param memberFields fields of a membership besides its role, claims of the same name
/// @param functions the schema in which each function of the contract is found
/// @param searchPath where the audit tables are found, as Postgres reads it
public record OrganizationSchema(
    Optional<String> header,
    List<String> roles,
    Optional<String> defaultRole,
    String firstRole,
    Set<String> administrators,
    Optional<String> platformRole,
    List<String> memberFields,
    Map<String, String> functions,
    String searchPath) {
  public OrganizationSchema {
    roles = List.copyOf(roles);
    administrators = Set.copyOf(administrators);
    memberFields = List.copyOf(memberFields);
    functions = Map.copyOf(functions);
  }

  /// Whether the caller runs the platform: such a caller acts in no organization.
  public boolean isPlatform(Caller caller) {
    return platformRole.isPresent() && platformRole.equals(caller.claims().text("user_role"));
  }

  /// Whether the caller acts in this organization, as one of those who administer it.
  public boolean isAdministrator(Caller caller, UUID organization) {
    var claims = caller.claims();
    return claims.text("user_role").filter(administrators::contains).isPresent()
        && claims.text("organization_id").equals(Optional.of(organization.toString()));
  }

  /// The claims that grant rights in this schema.
  Set<String> rights() {
    var rights = new LinkedHashSet<>(ActiveOrganization.CLAIMS);
    rights.addAll(memberFields);
    return Set.copyOf(rights);
  }

  /// The organization whose rows a caller may read: none for those who run the platform.
  Optional<UUID> organization(Optional<String> userRole, Optional<String> organization) {
    return platformRole.isPresent() && platformRole.equals(userRole)
        ? Optional.empty()
        : organization.flatMap(ActiveOrganization::uuid);
  }

  /// Whether the schema provides a function of the contract, or has a default for it.
  public boolean provides(String function) {
    return functions.containsKey(function);
  }

  /// The beginning of a statement's text: the name of a function of the contract, in its schema.
  ///
  /// @throws ApiException where the schema does not provide it
  public SqlText function(String name) {
    var schema = functions.get(name);
    if (schema == null) {
      throw new ApiException(
          new Failure.Unavailable(
              "The schema of this project does not provide the function " + name));
    }
    return new SqlText().name(schema).add(".").name(name);
  }

  /// A call of a function of the contract: `select functions.name(…)`.
  public Statement call(String name, @Nullable Object... arguments) {
    var sql = new SqlText().add("select ").append(function(name)).add("(");
    for (int i = 0; i < arguments.length; i++) {
      if (i > 0) {
        sql.add(", ");
      }
      sql.value(arguments[i]);
    }
    return sql.add(")").statement();
  }
}
