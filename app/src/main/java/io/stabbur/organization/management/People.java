package io.stabbur.organization.management;

import io.stabbur.identity.Accounts;
import io.stabbur.identity.Caller;
import io.stabbur.organization.OrganizationSchemas;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.sql.Statement;
import jakarta.inject.Singleton;
import java.util.UUID;

/// What a person may ask for: everything that is kept about them, and that it is erased. A person
/// is an account, or somebody without one whom the schema knows by an id. For the service role;
/// both are audited.
@Singleton
final class People {
  /// What `erase_person` answers where the account itself is still to be removed.
  private static final String ACCOUNT = "account";

  private final OrganizationSchemas schemas;
  private final Accounts accounts;

  People(OrganizationSchemas schemas, Accounts accounts) {
    this.schemas = schemas;
    this.accounts = accounts;
  }

  /// `{"id": …}` of the account with this address.
  String find(Caller caller, String email) {
    requireService(caller);
    var _ = schemas.require(caller.project());
    return caller
        .project()
        .admin()
        .transaction(
            Work.owner(caller),
            Access.READ,
            tx ->
                tx.first(
                        Statement.of(
                            "select jsonb_build_object('id', id) from auth.users where lower(email)"
                                + " = lower(?) and not is_sso_user",
                            email),
                        rows -> rows.getString(1))
                    .orElseThrow(() -> OrganizationError.notFound("person")));
  }

  /// All that is kept about the person, in clear, as one JSON object.
  String export(Caller caller, UUID person) {
    requireService(caller);
    var schema = schemas.require(caller.project());
    return caller
        .project()
        .admin()
        .transaction(
            Work.owner(caller),
            Access.WRITE,
            tx -> {
              var work = new Work(caller, schema, tx);
              var found = work.call("person", "export_person", person);
              tx.update(schema.call("audit_person", person, "person_exported"));
              return found;
            });
  }

  /// Removes what is kept about the person, and the account if the person has one. What others need
  /// stays without the person; what that is, the schema says.
  void erase(Caller caller, UUID person) {
    requireService(caller);
    var schema = schemas.require(caller.project());
    caller
        .project()
        .admin()
        .transaction(
            Work.owner(caller),
            Access.WRITE,
            tx -> {
              var work = new Work(caller, schema, tx);
              if (work.call("person", "erase_person", person).equals(ACCOUNT)) {
                work.withAccounts(accountsTx -> remove(caller, accountsTx, person));
              }
              return tx.update(schema.call("audit_person", person, "person_erased"));
            });
  }

  private UUID remove(Caller caller, Transaction tx, UUID person) {
    accounts.remove(caller.project(), tx, person);
    return person;
  }

  private static void requireService(Caller caller) {
    if (!caller.isService()) {
      throw new ApiException(
          new Failure.Forbidden("A person's data is exported and erased with the service key"));
    }
  }
}
