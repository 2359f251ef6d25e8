package io.stabbur.organization.management;

import io.micronaut.json.tree.JsonNode;

/// Somebody who was made a member, or asked to become one.
///
/// @param isWaiting whether the person has to accept
/// @param isMailed whether the person was written to
/// @param link to be handed to the person and nobody else; empty where there is none
/// @param code by which the person accepts; empty where none is needed
public record Invited(String email, boolean isWaiting, boolean isMailed, String link, String code) {
  static Invited of(JsonNode json) {
    return new Invited(
        Answers.text(json, "email"),
        !Answers.text(json, "status").equals("active"),
        Answers.text(json, "mailed").equals("true"),
        Answers.text(json, "invitation_url"),
        Answers.text(json, "acceptance_code"));
  }

  @Override
  public String toString() {
    return "Invited[" + email + "]";
  }
}
