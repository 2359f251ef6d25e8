package io.stabbur.platform.share;

/// On whose behalf shared capacity is used. Callers of one group take turns with each other, and
/// groups take turns with groups.
///
/// @param caller a user id, or the network address of a caller without one
public record Share(Group group, String caller) {
  /// Work that no request asked for, such as reading the catalog.
  public static final Share APPLIANCE = new Share(new Group(Lane.APPLIANCE, ""), "");

  /// Callers of one organisation, or all callers of a lane.
  ///
  /// @param organization its id; "" outside [Lane#ORGANIZATION]
  public record Group(Lane lane, String organization) {}

  /// Kinds of callers that do not share with each other.
  public enum Lane {
    /// Work of the appliance itself: never limited, its own code bounds it.
    APPLIANCE,
    /// Holders of the secret key: their queue has no limit.
    SERVICE,
    /// Members of organisations; each organisation is a group.
    ORGANIZATION,
    /// Users whose token names no organisation.
    USER,
    /// Callers without a token.
    ANONYMOUS
  }

  /// A caller of a lane that is one group.
  public static Share of(Lane lane, String caller) {
    return new Share(new Group(lane, ""), caller);
  }

  /// A member of an organisation.
  public static Share ofMember(String organization, String user) {
    return new Share(new Group(Lane.ORGANIZATION, organization), user);
  }

  /// Whether no limit holds.
  boolean isUnlimited() {
    return group.lane() == Lane.APPLIANCE;
  }

  /// Whether only so many of the caller's requests may wait.
  boolean isQueueLimited() {
    return !isUnlimited() && group.lane() != Lane.SERVICE;
  }
}
