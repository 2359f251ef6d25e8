package io.stabbur.platform.db;

/// What a pool lent so far, and how long it was waited for.
///
/// @param count connections that were lent
/// @param nanos what all who got one waited, together
public record PoolWaits(long count, long nanos) {}
