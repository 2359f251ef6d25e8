package io.stabbur.organization.management;

import io.micronaut.json.tree.JsonNode;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// That somebody is a member of an organization.
///
/// @param person absent where whoever asks may not know
/// @param email as it was typed, of somebody who has not accepted; of others the account's
/// @param organizationName empty where the organization was asked for
public record Membership(
    UUID id,
    @Nullable UUID person,
    UUID organization,
    String organizationName,
    String email,
    String role,
    Standing standing) {
  /// Whether it holds.
  public enum Standing {
    ACTIVE,
    SUSPENDED,
    /// The person has not accepted yet.
    WAITING;

    static Standing of(String text) {
      return switch (text) {
        case "active" -> ACTIVE;
        case "waiting" -> WAITING;
        default -> SUSPENDED;
      };
    }

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// A member of a list that names the address only of those who have not accepted.
  static Membership of(UUID organization, JsonNode json) {
    var person = Answers.text(json, "user_id");
    var email = Answers.text(json, "email");
    var status = Answers.text(json, "status");
    return new Membership(
        Answers.id(json, "id"),
        person.isEmpty() ? null : UUID.fromString(person),
        organization,
        "",
        email,
        Answers.text(json, "role"),
        email.isEmpty() || status.equals("active") ? Standing.of(status) : Standing.WAITING);
  }

  Membership withEmail(String address) {
    return new Membership(id, person, organization, organizationName, address, role, standing);
  }
}
