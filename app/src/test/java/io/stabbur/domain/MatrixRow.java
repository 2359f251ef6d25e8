package io.stabbur.domain;

import java.util.Map;
import java.util.UUID;

/// A row to try a cell of the matrix with: how to find it, its JSON, and a change of it that is
/// sensible for a role.
///
/// @param filter the data API's filter that finds this row alone
record MatrixRow(String table, String filter, String json, String change) {
  private static final Map<String, String> CHANGES =
      Map.ofEntries(
          Map.entry("organizations", "{\"settings\": {\"touched\": \"ID\"}}"),
          Map.entry("org_labels", "{\"label\": \"touched\"}"),
          Map.entry("local_associations", "{\"name\": \"touched\"}"),
          Map.entry("memberships", "{\"is_primary\": true}"),
          Map.entry("memberships org_admin", "{\"status\": \"suspended\"}"),
          Map.entry("platform_admins", "{\"created_at\": \"2020-01-01T00:00:00Z\"}"),
          Map.entry("profiles", "{\"display_name\": \"touched\"}"),
          Map.entry("contacts", "{\"notes\": \"touched\"}"),
          Map.entry("activities", "{\"title\": \"touched\"}"),
          Map.entry("activities coordinator", "{\"status\": \"approved\"}"),
          Map.entry("assignments", "{\"status\": \"accepted\"}"),
          Map.entry("assignments coordinator", "{\"message\": \"touched\"}"),
          Map.entry("availability", "{\"note\": \"touched\"}"),
          Map.entry("expense_claims", "{\"description\": \"touched\"}"),
          Map.entry("expense_claims coordinator", "{\"status\": \"approved\"}"),
          Map.entry("expense_claims org_admin", "{\"status\": \"approved\"}"),
          Map.entry("certifications", "{\"name\": \"touched\"}"),
          Map.entry("certifications coordinator", "{\"status\": \"verified\"}"),
          Map.entry("certifications org_admin", "{\"status\": \"revoked\"}"),
          Map.entry("audit_log", "{\"action\": \"touched\"}"),
          Map.entry("org_stats", "{\"activities\": 0}"));

  /// @param owner the person the row belongs to
  /// @param member that person's role in the organisation
  static MatrixRow of(String table, String role, String organization, String owner, String member) {
    var id = UUID.randomUUID().toString();
    var change =
        CHANGES
            .getOrDefault(table + " " + role, CHANGES.getOrDefault(table, "{}"))
            .replace("ID", id);
    var byId = "id=eq." + id;
    var common = "{\"id\": \"%s\", \"organization_id\": \"%s\", ".formatted(id, organization);
    return switch (table) {
      case "organizations" ->
          new MatrixRow(
              table,
              "id=eq." + organization,
              "{\"id\": \"%s\", \"slug\": \"new-%s\", \"name\": \"New\"}".formatted(id, id),
              change);
      case "org_labels" ->
          new MatrixRow(
              table,
              "organization_id=eq.%s&key=eq.%s&locale=eq.nb".formatted(organization, id),
              "{\"organization_id\": \"%s\", \"key\": \"%s\", \"locale\": \"nb\", \"label\": \"x\"}"
                  .formatted(organization, id),
              change);
      case "local_associations" ->
          new MatrixRow(table, byId, common + "\"name\": \"Local\"}", change);
      case "memberships" ->
          new MatrixRow(
              table,
              "user_id=eq.%s&organization_id=eq.%s".formatted(owner, organization),
              common + "\"user_id\": \"%s\", \"role\": \"%s\"}".formatted(owner, member),
              change);
      case "platform_admins" ->
          new MatrixRow(
              table, "user_id=eq." + owner, "{\"user_id\": \"%s\"}".formatted(owner), change);
      case "profiles" ->
          new MatrixRow(
              table,
              "id=eq." + owner,
              "{\"id\": \"%s\", \"display_name\": \"Somebody\"}".formatted(owner),
              change);
      case "contacts" ->
          new MatrixRow(
              table,
              byId,
              common + "\"owner_id\": \"%s\", \"full_name\": \"A Name\"}".formatted(owner),
              change);
      case "activities" ->
          new MatrixRow(
              table,
              byId,
              common + "\"user_id\": \"%s\", \"title\": \"A\"}".formatted(owner),
              change);
      case "assignments" ->
          new MatrixRow(
              table,
              byId,
              common
                  + "\"coordinator_id\": \"%s\", \"peer_mentor_id\": \"%s\", \"status\": \"dispatched\"}"
                      .formatted(owner, owner),
              change);
      case "availability" ->
          new MatrixRow(
              table,
              "user_id=eq.%s&organization_id=eq.%s".formatted(owner, organization),
              "{\"user_id\": \"%s\", \"organization_id\": \"%s\"}".formatted(owner, organization),
              change);
      case "expense_claims" ->
          new MatrixRow(
              table,
              byId,
              common
                  + "\"user_id\": \"%s\", \"kind\": \"mileage\", \"amount\": 12.50, \"status\": \"submitted\"}"
                      .formatted(owner),
              change);
      case "certifications" ->
          new MatrixRow(
              table,
              byId,
              common + "\"user_id\": \"%s\", \"name\": \"Course\"}".formatted(owner),
              change);
      case "audit_log" ->
          new MatrixRow(
              table,
              "organization_id=eq." + organization,
              "{\"organization_id\": \"%s\", \"action\": \"forged\", \"sequence\": 1, \"hash\": \"\\\\x00\"}"
                  .formatted(organization),
              change);
      case "org_stats" ->
          new MatrixRow(
              table,
              "organization_id=eq." + organization,
              "{\"organization_id\": \"%s\", \"month\": \"2020-01-01\"}".formatted(organization),
              change);
      default -> throw new IllegalArgumentException(table);
    };
  }

  String path() {
    return "/rest/v1/" + table + "?" + filter;
  }

  /// Whether tests make and remove such rows, or look at those that are there.
  boolean isMade() {
    return !table.equals("organizations")
        && !table.equals("audit_log")
        && !table.equals("org_stats");
  }
}
