package io.stabbur.organization;

import io.micronaut.http.HttpRequest;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.identity.Caller;
import io.stabbur.identity.CallerEnricher;
import io.stabbur.identity.Claims;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Refused;
import io.stabbur.platform.http.RequestContext;
import io.stabbur.platform.sql.Uuids;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Which of the caller's organizations a request is for: the token's, or the one a header names. A
/// user whose token lists none is in none, and refused. Callers without a token have no
/// organizations, and the header means nothing there. Where the schema has none, see
/// `refuseUnchecked`.
@Singleton
public final class ActiveOrganization implements CallerEnricher {
  static final Set<String> CLAIMS = Set.of("organization_id", "user_role");
  private static final String DEFAULT_HEADER = "X-Organization-Id";
  private static final String NOT_A_MEMBER = "not_a_member";

  private final OrganizationSettings settings;
  private final OrganizationSchemas schemas;
  private final RefusedSwitches refusedSwitches;

  ActiveOrganization(
      OrganizationSettings settings, OrganizationSchemas schemas, RefusedSwitches refusedSwitches) {
    this.settings = settings;
    this.schemas = schemas;
    this.refusedSwitches = refusedSwitches;
  }

  @Override
  public Caller enrich(HttpRequest<?> request, Caller caller) {
    var schema = schemas.of(caller.project()).schema();
    if (schema.isEmpty()) {
      refuseUnchecked(request, caller);
      return caller;
    }
    var wanted = request.getHeaders().get(header(schema.get()));
    if (wanted == null) {
      return caller;
    }
    if (caller.isService()) {
      return caller.with(forService(caller.claims(), id(wanted)));
    }
    if (caller.claims().knowsOrganizations()) {
      return named(schema.get(), caller, id(wanted));
    }
    if (caller.userId().isPresent()) {
      throw notAMember();
    }
    return caller;
  }

  /// In a project without organizations nobody can say whether the caller is in the one that the
  /// header names. It is the app's own header, which its policies may read, unless the operator
  /// configured it or the token lists organizations.
  private void refuseUnchecked(HttpRequest<?> request, Caller caller) {
    var chosen = settings.header();
    var header = chosen != null ? chosen : DEFAULT_HEADER;
    boolean isMeant =
        caller.claims().knowsOrganizations() || (chosen != null && caller.userId().isPresent());
    if (isMeant && !caller.isService() && request.getHeaders().contains(header)) {
      throw new ApiException(
          new Refused(
              403,
              "organization_unchecked",
              "Nobody can check the organization in %s: the schema of this project has no organizations"
                  .formatted(header)));
    }
  }

  /// The same caller acting in one organization, whatever the request's header said: refused as
  /// `not_a_member` where the caller is not in it. The service role and those who run the platform
  /// act in none and pass.
  public Caller enter(OrganizationSchema schema, Caller caller, UUID organization) {
    return caller.isService() || schema.isPlatform(caller)
        ? caller
        : named(schema, caller, organization);
  }

  /// Has a refused switch written to the audit log.
  @Override
  public void answered(HttpRequest<?> request, Caller caller) {
    var refusal = RequestContext.of(request).get(Refused.class);
    if (refusal.filter(refused -> refused.code().equals(NOT_A_MEMBER)).isEmpty()) {
      return;
    }
    schemas
        .of(caller.project())
        .schema()
        .ifPresent(
            schema ->
                uuid(request.getHeaders().get(header(schema)))
                    .ifPresent(wanted -> refusedSwitches.record(schema, caller, wanted)));
  }

  @Override
  public Set<String> headers(Project project) {
    return schemas.of(project).schema().map(schema -> Set.of(header(schema))).orElse(Set.of());
  }

  @Override
  public Set<String> rights(Project project) {
    return schemas.of(project).rights();
  }

  /// The operator's, else the schema's, else the usual one.
  private String header(OrganizationSchema schema) {
    var chosen = settings.header();
    return chosen != null ? chosen : schema.header().orElse(DEFAULT_HEADER);
  }

  /// The token's entry counts unless the database finds that it has changed; where there is none,
  /// the membership may be newer than the token, and the database is asked for it.
  private static Caller named(OrganizationSchema schema, Caller caller, UUID wanted) {
    var claims = caller.claims();
    return switch (caller.check().when()) {
      case NEVER, IF_FACTOR -> caller.with(member(schema, claims, wanted));
      case IF_CHANGED, ALWAYS ->
          claims.membership(wanted).isPresent()
              ? caller.with(member(schema, claims, wanted)).checkedBy(caller.check().named())
              : caller
                  .with(unconfirmed(schema, claims, wanted))
                  .checkedBy(caller.check().always().named());
    };
  }

  /// The claims of one of the token's memberships.
  private static Claims member(OrganizationSchema schema, Claims claims, UUID wanted) {
    var membership = claims.membership(wanted).orElseThrow(ActiveOrganization::notAMember);
    var changes = organization(wanted);
    changes.put("user_role", orNull(membership.get("role")));
    for (var field : schema.memberFields()) {
      changes.put(field, orNull(membership.get(field)));
    }
    return claims.with(changes);
  }

  /// The claims with another organization, which the database is going to check.
  private static Claims unconfirmed(OrganizationSchema schema, Claims claims, UUID wanted) {
    var changes = organization(wanted);
    changes.put("user_role", JsonNode.nullNode());
    for (var field : schema.memberFields()) {
      changes.put(field, JsonNode.nullNode());
    }
    return claims.with(changes);
  }

  /// The service role is a member of nothing and sees all; the header says whose keys a search
  /// uses.
  private static Claims forService(Claims claims, UUID wanted) {
    return claims.with(organization(wanted));
  }

  private static Map<String, JsonNode> organization(UUID wanted) {
    var changes = new LinkedHashMap<String, JsonNode>();
    changes.put("organization_id", JsonNode.createStringNode(wanted.toString()));
    return changes;
  }

  private static JsonNode orNull(@Nullable JsonNode node) {
    return node == null ? JsonNode.nullNode() : node;
  }

  private static UUID id(String text) {
    return uuid(text).orElseThrow(ActiveOrganization::notAMember);
  }

  static Optional<UUID> uuid(@Nullable String text) {
    return text == null ? Optional.empty() : Uuids.parse(text.strip());
  }

  private static ApiException notAMember() {
    return new ApiException(
        new Refused(403, NOT_A_MEMBER, "You are not an active member of this organization"));
  }
}
