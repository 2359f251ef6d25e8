package io.stabbur.identity;

import io.micronaut.http.HttpRequest;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Refused;
import io.stabbur.platform.http.RequestContext;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Which of the caller's organisations a request is for: the token's, or the one a header names.
/// Tokens without memberships, and callers without a token, know no organisations: the header means
/// nothing there.
@Singleton
final class ActiveOrganization {
  private static final String NOT_A_MEMBER = "not_a_member";

  private final OrganizationSettings settings;
  private final TokenChecks checks;
  private final RefusedSwitches refusedSwitches;

  ActiveOrganization(
      OrganizationSettings settings, TokenChecks checks, RefusedSwitches refusedSwitches) {
    this.settings = settings;
    this.checks = checks;
    this.refusedSwitches = refusedSwitches;
  }

  /// The caller, acting in the organisation that the request's header names, if it names one; the
  /// database is going to be asked whether the token still holds.
  Caller choose(HttpRequest<?> request, Caller caller) {
    var wanted = request.getHeaders().get(settings.header());
    var checked = checks.apply(caller);
    if (wanted == null) {
      return checked;
    }
    if (caller.isService()) {
      return checked.with(forService(caller.claims(), id(wanted)));
    }
    return caller.claims().knowsOrganizations() ? named(checked, id(wanted)) : checked;
  }

  /// See [Caller#inOrganization].
  static Caller enter(Caller caller, UUID organization) {
    return caller.isService() || caller.isPlatform() ? caller : named(caller, organization);
  }

  /// The token's entry counts unless the database finds that it has changed; where there is none,
  /// the membership may be newer than the token, and the database is asked for it.
  private static Caller named(Caller caller, UUID wanted) {
    var claims = caller.claims();
    return switch (caller.check().when()) {
      case NEVER, IF_FACTOR -> caller.with(member(claims, wanted));
      case IF_CHANGED, ALWAYS ->
          claims.membership(wanted).isPresent()
              ? caller.with(member(claims, wanted)).checkedBy(caller.check().named())
              : caller.with(unconfirmed(claims, wanted)).checkedBy(caller.check().always().named());
    };
  }

  /// Has a refused switch written to the audit log.
  void audit(HttpRequest<?> request, Caller caller) {
    var refusal = RequestContext.of(request).get(Refused.class);
    if (refusal.filter(refused -> refused.code().equals(NOT_A_MEMBER)).isEmpty()) {
      return;
    }
    uuid(request.getHeaders().get(settings.header()))
        .ifPresent(wanted -> refusedSwitches.record(caller, wanted));
  }

  /// The claims of one of the token's memberships.
  private static Claims member(Claims claims, UUID wanted) {
    return claims
        .membership(wanted)
        .map(
            membership -> {
              var changes = new LinkedHashMap<String, JsonNode>();
              changes.put("organization_id", JsonNode.createStringNode(wanted.toString()));
              changes.put("user_role", orNull(membership.get("role")));
              changes.put("local_association_id", orNull(membership.get("local_association_id")));
              return claims.with(changes);
            })
        .orElseThrow(ActiveOrganization::notAMember);
  }

  /// The claims with another organisation, which the database is going to check.
  private static Claims unconfirmed(Claims claims, UUID wanted) {
    var changes = new LinkedHashMap<String, JsonNode>();
    changes.put("organization_id", JsonNode.createStringNode(wanted.toString()));
    changes.put("user_role", JsonNode.nullNode());
    changes.put("local_association_id", JsonNode.nullNode());
    return claims.with(changes);
  }

  /// The service role is a member of nothing and sees all; the header says whose keys a search
  /// uses.
  private static Claims forService(Claims claims, UUID wanted) {
    var changes = new LinkedHashMap<String, JsonNode>();
    changes.put("organization_id", JsonNode.createStringNode(wanted.toString()));
    return claims.with(changes);
  }

  private static JsonNode orNull(@Nullable JsonNode node) {
    return node == null ? JsonNode.nullNode() : node;
  }

  private static UUID id(String text) {
    return uuid(text).orElseThrow(ActiveOrganization::notAMember);
  }

  private static Optional<UUID> uuid(@Nullable String text) {
    try {
      return text == null ? Optional.empty() : Optional.of(UUID.fromString(text.strip()));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static ApiException notAMember() {
    return new ApiException(
        new Refused(403, NOT_A_MEMBER, "You are not an active member of this organization"));
  }
}
