package io.stabbur.organization.management;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.identity.Accounts.Invitation;
import io.stabbur.identity.Accounts.Inviter;
import io.stabbur.identity.Accounts.Standing;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.UUID;

/// A membership that is being made, and what is told of it.
///
/// @param id the membership's
record AddedMember(NewMember wanted, Inviter inviter, Invitation invitation, UUID id) {
  /// Whether the person has to accept: always where an organisation asks, and where somebody else
  /// than the owner may know a way into the account.
  boolean waits() {
    return inviter == Inviter.ORGANIZATION || invitation.standing() == Standing.DOUBTFUL;
  }

  /// Whether following the invitation's link is accepting.
  boolean isMadeForThis() {
    return switch (invitation.standing()) {
      case NEW, INVITED_BEFORE -> true;
      case OWNED, DOUBTFUL -> false;
    };
  }

  String status() {
    return waits() ? "suspended" : "active";
  }

  /// What the schema's `add_member` is told.
  JsonNode membership(UUID organization) {
    var member = new LinkedHashMap<String, JsonNode>(wanted.fields());
    member.put("id", text(id.toString()));
    member.put("organization_id", text(organization.toString()));
    member.put("user_id", text(invitation.account().id().toString()));
    member.put("role", text(wanted.role()));
    member.put("status", text(status()));
    return JsonNode.createObjectNode(member);
  }

  /// What an organization is told is the same whether or not the address has an account: its id,
  /// its own spelling of its address and its age are the person's until they accept.
  ///
  /// @param code what the person accepts with, if they have to
  JsonNode json(Optional<String> code, boolean isMailed) {
    var answer = new LinkedHashMap<String, JsonNode>();
    answer.put("id", text(id.toString()));
    if (inviter == Inviter.ORGANIZATION) {
      answer.put("email", text(wanted.email()));
    } else {
      answer.put("user_id", text(invitation.account().id().toString()));
      answer.put("email", text(invitation.account().email()));
      answer.put("is_new", JsonNode.createBooleanNode(invitation.standing() == Standing.NEW));
      notice().ifPresent(notice -> answer.put("notice", text(notice)));
    }
    answer.put("role", text(wanted.role()));
    answer.put("status", text(status()));
    invitation.link().ifPresent(link -> answer.put("invitation_url", text(link)));
    if (isMailed && (waits() || (isMadeForThis() && wanted.password() == null))) {
      answer.put("mailed", JsonNode.createBooleanNode(true));
    }
    code.ifPresent(given -> answer.put("acceptance_code", text(given)));
    return JsonNode.createObjectNode(answer);
  }

  /// What became of the operator's wishes where there was an account already.
  private Optional<String> notice() {
    if (invitation.standing() == Standing.NEW) {
      return Optional.empty();
    }
    var notice = new StringBuilder("This address has an account already.");
    if (wanted.password() != null) {
      notice.append(" Its password was not changed.");
    }
    if (waits()) {
      notice.append(" The membership is suspended until the person accepts it.");
    }
    return Optional.of(notice.toString());
  }

  private static JsonNode text(String text) {
    return JsonNode.createStringNode(text);
  }
}
