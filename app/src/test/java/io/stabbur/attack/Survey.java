package io.stabbur.attack;

import io.stabbur.attack.Canaries.Owner;
import java.util.HashMap;
import java.util.Map;

/// Reads what there is after the set-up: as things that requests can name, and as identifiers that
/// only their owners may see.
final class Survey {
  private static final Map<String, String> QUERIES =
      Map.of(
          Things.USER,
              "select '', jsonb_build_object('id', id, 'email', email) from auth.users order by"
                  + " created_at",
          Things.FILE,
              "select split_part(name, '/', 1), to_jsonb(t) from storage.objects t order by ctid",
          Things.MULTIPART,
              "select split_part(key, '/', 1), to_jsonb(t) from storage.s3_multipart_uploads t"
                  + " order by ctid",
          Things.RESUMABLE,
              "select split_part(name, '/', 1), to_jsonb(t) from stabbur_storage.resumable_uploads"
                  + " t order by ctid",
          Things.JOB,
              "select split_part(prefix, '/', 1), to_jsonb(t) from stabbur_storage.jobs t order by"
                  + " ctid",
          Things.FACTOR, "select '', to_jsonb(t) from auth.mfa_factors t order by ctid",
          Things.IDENTITY, "select '', to_jsonb(t) from auth.identities t order by ctid",
          Things.SESSION, "select '', to_jsonb(t) from auth.sessions t order by ctid",
          Things.PROGRAM,
              "select organization_id, to_jsonb(t) - 'hash' from stabbur.application_tokens t order"
                  + " by ctid");

  private final World world;
  private final Map<String, String> slugs = new HashMap<>();
  private final Map<String, Owner> owners = new HashMap<>();

  Survey(World world) {
    this.world = world;
    world
        .organizations()
        .forEach(
            (slug, id) -> {
              slugs.put(id, slug);
              owners.put(id, Owner.of(slug));
            });
    world
        .people()
        .values()
        .forEach(each -> owners.put("user:" + each.id(), Population.owner(each.name())));
  }

  void read() {
    QUERIES.forEach((kind, sql) -> world.things().read(kind, slugs, world.database(), sql));
    for (var relation : world.catalog().relations()) {
      var whose =
          relation.hasOrganization()
              ? "coalesce(organization_id::text, '')"
              : relation.name().equals("organizations") ? "id" : "''";
      world
          .things()
          .read(
              relation.name(),
              slugs,
              world.database(),
              "select %s, to_jsonb(t) from public.\"%s\" t".formatted(whose, relation.name()));
    }
    new Ledger(world.database()).tables().forEach(this::register);
    world
        .database()
        .rows(
            """
            select split_part(o.name, '/', 1), o.version, trim('"' from o.metadata ->> 'eTag'), o.name
            from storage.objects o join storage.buckets b on b.id = o.bucket_id where not b.public\
            """)
        .forEach(
            row -> {
              row.subList(1, 3).forEach(each -> register(each, row.getFirst()));
              world.canaries().name(row.get(2), row.get(3));
            });
    // what is in a public bucket may be asked about by whoever knows its name
    world
        .database()
        .rows(
            "select o.id, o.version from storage.objects o join storage.buckets b on b.id ="
                + " o.bucket_id where b.public")
        .forEach(row -> row.forEach(world.canaries()::forget));
    // who tries to enter an organisation is named in that organisation's audit log
    world.things().of(Things.PROGRAM).forEach(each -> world.canaries().forget(each.value("id")));
    world.people().values().stream()
        .filter(each -> world.callers().stream().anyMatch(one -> one.person().equals(each.name())))
        .forEach(each -> world.canaries().forget(each.id()));
    Population.KNOWN_BY_ADDRESS.forEach(
        name ->
            world
                .canaries()
                .forget(java.util.Objects.requireNonNull(world.people().get(name)).id()));
  }

  /// The keys of a table's rows.
  private void register(Ledger.Table table) {
    for (var key : table.keys()) {
      for (var row :
          world
              .database()
              .rows("select %s, \"%s\" from %s".formatted(table.owner(), key, table.name()))) {
        register(row.get(1), row.get(0));
      }
    }
  }

  private void register(String identifier, String whose) {
    var owner = owners.get(whose);
    if (owner != null && identifier.length() >= 32 && !isShared(identifier)) {
      world.canaries().register(identifier, owner);
    }
  }

  /// A person's id may be part of the key of an organisation's row.
  private boolean isShared(String identifier) {
    var person = owners.get("user:" + identifier);
    if (person != null) {
      world.canaries().register(identifier, person);
    }
    return person != null;
  }
}
