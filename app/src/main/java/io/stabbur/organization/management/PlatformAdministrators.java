package io.stabbur.organization.management;

import io.stabbur.identity.Caller;
import io.stabbur.organization.OrganizationSchema;
import io.stabbur.organization.OrganizationSchemas;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.error.Refused;
import io.stabbur.platform.sql.Statement;
import jakarta.inject.Singleton;
import java.util.UUID;
import java.util.function.Function;

/// Those who run the platform: they create organizations and see no personal data. Only the service
/// role says who they are; the schema keeps them, if it knows such people.
@Singleton
final class PlatformAdministrators {
  private final OrganizationSchemas schemas;

  PlatformAdministrators(OrganizationSchemas schemas) {
    this.schemas = schemas;
  }

  String list(Caller caller) {
    return run(caller, Access.READ, work -> work.call("platform", "platform_admins"));
  }

  /// Makes the account with this address one; answers its id.
  UUID add(Caller caller, String email) {
    return run(
        caller,
        Access.WRITE,
        work -> {
          var account = account(work.tx(), email);
          if (!work.isDone("add_platform_admin", account)) {
            throw OrganizationError.conflict(email + " is a platform administrator already");
          }
          return account;
        });
  }

  void remove(Caller caller, UUID account) {
    var _ =
        run(
            caller,
            Access.WRITE,
            work -> {
              if (!work.isDone("remove_platform_admin", account)) {
                throw OrganizationError.notFound("platform administrator");
              }
              return account;
            });
  }

  private static UUID account(Transaction tx, String email) {
    return tx.first(
            Statement.of(
                // whoever has not opened mail sent there may not own the address
                "select id from auth.users where lower(email) = lower(?) and not is_sso_user"
                    + " and email_confirmed_at is not null and deleted_at is null",
                email),
            rows -> rows.getObject(1, UUID.class))
        .orElseThrow(() -> OrganizationError.notFound("person"));
  }

  private <T> T run(Caller caller, Access access, Function<Work, T> body) {
    if (!caller.isService()) {
      throw new ApiException(
          new Failure.Forbidden("Platform administrators are named with the service key"));
    }
    var schema = schemas.require(caller.project());
    requirePlatform(schema);
    return caller
        .project()
        .admin()
        .transaction(Work.owner(caller), access, tx -> body.apply(new Work(caller, schema, tx)));
  }

  private static void requirePlatform(OrganizationSchema schema) {
    if (schema.platformRole().isEmpty() || !schema.provides("add_platform_admin")) {
      throw new ApiException(
          new Refused(
              404,
              "no_platform",
              "The schema of this project knows nobody who runs the platform: it names no"
                  + " platform_role, or has no function add_platform_admin"
                  + " (app/docs/organizations.md)"));
    }
  }
}
