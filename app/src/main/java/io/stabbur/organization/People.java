package io.stabbur.organization;

import io.stabbur.auth.Accounts;
import io.stabbur.identity.Caller;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// What a person may ask for: everything that is kept about them, and that it is erased. A person
/// is an account, or a contact of an organisation. For the service role; both are audited.
@Singleton
final class People {
  private static final String ACCOUNT = SqlFile.of(People.class, "person");
  private static final String CONTACT = SqlFile.of(People.class, "contact");
  private static final List<String> ERASE_ACCOUNT =
      List.of(
          """
          update public.activities set title = '', summary = null, location = null where user_id = ?\
          """,
          """
          update public.expense_claims set description = '', decision_note = null, receipt_path = null where user_id = ?\
          """,
          "delete from public.platform_admins where user_id = ?",
          // The bytes follow: the storage room notes them for removal with the rows.
          """
          delete from storage.objects where bucket_id in ('receipts', 'certificates', 'avatars')
            and (storage.foldername(name))[2] = ?::text\
          """,
          // That something was removed, and when, stays; a file's name is often a person's.
          """
          with person as (select ?::text as id)
          update stabbur_storage.retention_log l set name = null, owner_id = null from person
          where l.owner_id = person.id or (storage.foldername(l.name))[2] = person.id\
          """,
          """
          with person as (select ?::text as id)
          delete from stabbur_storage.jobs j using person
          where j.owner_id = person.id or split_part(j.prefix, '/', 2) = person.id
            or split_part(j.to_prefix, '/', 2) = person.id\
          """);
  private static final Statement ALLOW_FILE_REMOVAL =
      Statement.of("select set_config('storage.allow_delete_query', 'true', true)");
  private static final List<String> ERASE_CONTACT =
      List.of(
          """
          update public.activities set title = '', summary = null, location = null where contact_id = ?\
          """,
          """
          update public.assignments set message = null, epikrise_reference = null where contact_id = ?\
          """,
          """
          update public.contacts set full_name = null, phone = null, email = null, notes = null,
            deleted_at = coalesce(deleted_at, clock_timestamp()) where id = ?\
          """);
  private final Accounts accounts;

  People(Accounts accounts) {
    this.accounts = accounts;
  }

  /// `{"id": …}` of the account with this address.
  String find(Caller caller, String email) {
    requireService(caller);
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
    return caller
        .project()
        .admin()
        .transaction(
            Work.owner(caller),
            Access.WRITE,
            tx -> {
              var found =
                  first(tx, ACCOUNT, person)
                      .or(() -> first(tx, CONTACT, person))
                      .orElseThrow(() -> OrganizationError.notFound("person"));
              audit(tx, "person_exported", person);
              return found;
            });
  }

  /// Removes the person's account, or empties the contact. What others need stays without the
  /// person: that an activity took place, that a claim was paid.
  void erase(Caller caller, UUID person) {
    requireService(caller);
    caller
        .project()
        .admin()
        .transaction(
            Work.owner(caller),
            Access.WRITE,
            tx -> {
              if (first(tx, ACCOUNT, person).isPresent()) {
                tx.update(ALLOW_FILE_REMOVAL);
                ERASE_ACCOUNT.forEach(sql -> tx.update(Statement.of(sql, person)));
                new Work(caller, tx).withAccounts(accountsTx -> remove(caller, accountsTx, person));
              } else if (first(tx, CONTACT, person).isPresent()) {
                ERASE_CONTACT.forEach(sql -> tx.update(Statement.of(sql, person)));
              } else {
                throw OrganizationError.notFound("person");
              }
              audit(tx, "person_erased", person);
              return person;
            });
  }

  private UUID remove(Caller caller, Transaction tx, UUID person) {
    accounts.remove(caller.project(), tx, person);
    return person;
  }

  private static Optional<String> first(Transaction tx, String sql, UUID person) {
    return tx.first(Statement.of(sql, person), rows -> rows.getString(1));
  }

  private static void audit(Transaction tx, String action, UUID person) {
    tx.update(
        Statement.of(
            "select private.write_audit((select organization_id from public.contacts where id = ?),"
                + " private.uid(), private.actor_role(), ?, null, ?, '{}')",
            person,
            action,
            person.toString()));
  }

  private static void requireService(Caller caller) {
    if (!caller.isService()) {
      throw new ApiException(
          new Failure.Forbidden("A person's data is exported and erased with the service key"));
    }
  }
}
