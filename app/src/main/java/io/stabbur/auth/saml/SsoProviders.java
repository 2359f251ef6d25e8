package io.stabbur.auth.saml;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.request.Row;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Jsonb;
import io.stabbur.platform.sql.Statement;
import io.stabbur.platform.sql.Uuids;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Identity providers in `auth.sso_providers`, `sso_domains` and `saml_providers`, inside one
/// transaction.
record SsoProviders(Transaction tx) {
  /// A provider with everything about it, as the administrators' calls show it.
  private static final String WHOLE =
      """
      select (to_jsonb(p) || jsonb_build_object(
        'saml', (select to_jsonb(s) - 'sso_provider_id' from auth.saml_providers s where s.sso_provider_id = p.id),
        'domains', (select coalesce(jsonb_agg(to_jsonb(d) - 'sso_provider_id' order by d.created_at, d.domain), '[]')
          from auth.sso_domains d where d.sso_provider_id = p.id)))::text
      from auth.sso_providers p
      """;

  List<Row> all() {
    return tx.list(Statement.of(WHOLE + " order by p.created_at, p.id"), Row::read);
  }

  /// By id, or as `resource_<id of the administrator's own>`.
  Optional<Row> find(String id) {
    if (id.startsWith("resource_")) {
      var resource = id.substring("resource_".length());
      return tx.first(
          Statement.of(WHOLE + " where lower(p.resource_id) = lower(?)", resource), Row::read);
    }
    return Uuids.parse(id)
        .flatMap(known -> tx.first(Statement.of(WHOLE + " where p.id = ?", known), Row::read));
  }

  Row get(String id) {
    return find(id).orElseThrow(SsoProviders::unknown);
  }

  Optional<Row> byDomain(String domain) {
    return tx.first(
        Statement.of(
            WHOLE
                + " where p.id = (select sso_provider_id from auth.sso_domains where lower(domain)"
                + " = lower(?))",
            domain),
        Row::read);
  }

  Optional<Row> byEntityId(String entityId) {
    return tx.first(
        Statement.of(
            WHOLE
                + " where p.id = (select sso_provider_id from auth.saml_providers where entity_id ="
                + " ?)",
            entityId),
        Row::read);
  }

  void insert(UUID id, @Nullable String resourceId, boolean disabled) {
    tx.update(
        Statement.of(
            """
            insert into auth.sso_providers (id, resource_id, disabled, created_at, updated_at)
            values (?, ?, ?, now(), now())\
            """,
            id,
            resourceId,
            disabled));
  }

  void update(UUID id, @Nullable String resourceId, @Nullable Boolean disabled) {
    tx.update(
        Statement.of(
            """
            update auth.sso_providers set updated_at = now(),
              resource_id = coalesce(?, resource_id), disabled = coalesce(?::boolean, disabled)
            where id = ?\
            """,
            resourceId,
            disabled == null ? null : disabled.toString(),
            id));
  }

  /// Writes what is known of the provider's SAML; `mapping` and `format` replace what was there.
  void describe(
      UUID id,
      IdpMetadata metadata,
      String xml,
      @Nullable String url,
      JsonNode mapping,
      @Nullable String format) {
    var known = byEntityId(metadata.entityId());
    if (known.isPresent() && !known.get().uuid("id").equals(id)) {
      throw AuthError.unprocessable(
          AuthCode.SAML_IDP_ALREADY_EXISTS,
          "SAML Identity Provider with this EntityID already exists");
    }
    tx.update(Statement.of("delete from auth.saml_providers where sso_provider_id = ?", id));
    tx.update(
        Statement.of(
            """
            insert into auth.saml_providers
              (id, sso_provider_id, entity_id, metadata_xml, metadata_url, attribute_mapping,
               name_id_format, created_at, updated_at)
            values (gen_random_uuid(), ?, ?, ?, ?, ?, ?, now(), now())\
            """,
            id,
            metadata.entityId(),
            xml,
            url,
            new Jsonb(Json.write(mapping)),
            format));
  }

  void domains(UUID id, List<String> domains) {
    tx.update(Statement.of("delete from auth.sso_domains where sso_provider_id = ?", id));
    for (var domain : domains) {
      if (byDomain(domain).isPresent()) {
        throw AuthError.unprocessable(
            AuthCode.SSO_DOMAIN_ALREADY_EXISTS,
            "SSO Domain '%s' is already assigned to an SSO identity provider".formatted(domain));
      }
      tx.update(
          Statement.of(
              """
              insert into auth.sso_domains (id, sso_provider_id, domain, created_at, updated_at)
              values (gen_random_uuid(), ?, ?, now(), now())\
              """,
              id,
              domain.toLowerCase(Locale.ROOT)));
    }
  }

  void delete(UUID id) {
    tx.update(Statement.of("delete from auth.sso_providers where id = ?", id));
  }

  /// The provider as sign-ins need it; refused while it is disabled.
  static IdentityProvider usable(Row row) {
    if (row.flag("disabled")) {
      throw AuthError.notFound(AuthCode.SSO_PROVIDER_DISABLED, "The SSO provider is disabled");
    }
    var saml = row.row("saml");
    var metadata = IdpMetadata.parse(saml.text("metadata_xml"));
    var format = saml.text("name_id_format");
    return new IdentityProvider(
        row.uuid("id"),
        metadata.entityId(),
        metadata.signOn(),
        metadata.keys(),
        saml.object("attribute_mapping"),
        format.isEmpty() ? null : format);
  }

  static ApiException unknown() {
    return AuthError.notFound(AuthCode.SSO_PROVIDER_NOT_FOUND, "No such SSO provider");
  }
}
