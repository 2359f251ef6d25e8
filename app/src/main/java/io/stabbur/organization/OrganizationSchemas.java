package io.stabbur.organization;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.identity.Caller;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Refused;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import io.stabbur.project.RoomChores;
import io.stabbur.project.SessionSetup;
import io.stabbur.project.life.Chore;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// The schema of each project's organizations, followed while the project is served, and what it
/// asks for in the sessions of callers: claims that policies read, set one by one since that is the
/// cheaper way to read them, and the keys of personal data that the caller needs. Sessions of a
/// project without such a schema get nothing.
@Singleton
public final class OrganizationSchemas implements SessionSetup, RoomChores {
  private static final Duration SCHEMA = Duration.ofSeconds(30);
  private static final Duration POSTGRES_LOG = Duration.ofSeconds(20);
  private final PerProject<ProjectOrganizations> projects =
      new PerProject<>(ProjectOrganizations::new);

  public ProjectOrganizations of(Project project) {
    return projects.of(project);
  }

  /// The schema of a project's organizations.
  ///
  /// @throws ApiException 404 where the project has none
  public OrganizationSchema require(Project project) {
    return of(project).schema().orElseThrow(OrganizationSchemas::none);
  }

  private static ApiException none() {
    return new ApiException(
        new Refused(
            404,
            "no_organizations",
            "The schema of this project has no organizations: stabbur.organization_schema has no"
                + " row (app/docs/organizations.md)"));
  }

  @Override
  public void open(Project project) {
    var _ = of(project);
  }

  @Override
  public List<Chore> chores(Project project) {
    var organizations = of(project);
    return List.of(
        Chore.every(SCHEMA, "organization-schema", organizations::reload),
        Chore.every(POSTGRES_LOG, "postgres-log", organizations::followLog));
  }

  @Override
  public Actor apply(Project project, Actor actor, JsonNode claims) {
    var organizations = of(project);
    var schema = organizations.schema();
    if (schema.isEmpty()) {
      return actor;
    }
    var keys = organizations.keys();
    if (actor.role().equals(Caller.SERVICE_ROLE)) {
      return actor.with(PersonalKeys.SETTING, keys.forService());
    }
    var memberships = claims.get("organizations");
    return memberships == null || !memberships.isArray()
        ? actor
        : member(schema.get(), keys, actor, claims);
  }

  private static Actor member(
      OrganizationSchema schema, PersonalKeys keys, Actor actor, JsonNode claims) {
    var role = text(claims, "user_role");
    var organization = schema.organization(role, text(claims, "organization_id"));
    var settings = new LinkedHashMap<String, String>();
    settings.put("request.jwt.claim.sub", text(claims, "sub").orElse(""));
    settings.put("request.jwt.claim.user_role", role.orElse(""));
    settings.put("request.jwt.claim.organization_id", organization.map(UUID::toString).orElse(""));
    settings.put(
        PersonalKeys.SETTING, organization.map(keys::forMember).orElseGet(keys::forProfiles));
    return actor.with(settings);
  }

  private static Optional<String> text(JsonNode claims, String name) {
    return Optional.ofNullable(claims.get(name))
        .filter(JsonNode::isString)
        .map(JsonNode::getStringValue);
  }
}
