package io.stabbur.organization.management;

import io.stabbur.organization.OrganizationSchema;
import io.stabbur.organization.OrganizationSchemas;
import io.stabbur.project.Checkup;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.util.List;

/// Whether the project's schema keeps organizations, and whether every function that it promised
/// when it registered is still there.
@Singleton
final class OrganizationCheckup implements Checkup {
  /// What `stabbur.check_organization_schema()` asks for when the schema registers.
  private static final List<String> REQUIRED =
      List.of(
          "organizations",
          "organization",
          "add_organization",
          "change_organization",
          "members",
          "require_may_add",
          "add_member",
          "ask_consent",
          "change_member",
          "remove_member",
          "membership_claims",
          "export_person",
          "erase_person");

  private final OrganizationSchemas schemas;

  OrganizationCheckup(OrganizationSchemas schemas) {
    this.schemas = schemas;
  }

  @Override
  public String name() {
    return "organizations";
  }

  @Override
  public Result check(Project project) {
    return schemas
        .of(project)
        .refreshed()
        .map(OrganizationCheckup::check)
        .orElseGet(
            () ->
                Result.well(
                    "none: stabbur.organization_schema has no row, so there are no members, no"
                        + " audit log and no encrypted personal data to look at"
                        + " (app/docs/organizations.md)"));
  }

  private static Result check(OrganizationSchema schema) {
    var missing = REQUIRED.stream().filter(function -> !schema.provides(function)).toList();
    return missing.isEmpty()
        ? Result.well("kept by the schema, with the roles " + String.join(", ", schema.roles()))
        : Result.problem(
            "the schema no longer has the functions %s of the contract in app/docs/organizations.md"
                .formatted(String.join(", ", missing)));
  }
}
