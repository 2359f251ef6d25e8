package io.stabbur.realtime.room;

/// Who is present on a topic at one moment.
///
/// @param number of the last diff it contains
/// @param json `{key:{"metas":[…]}}`
@SuppressWarnings("ArrayRecordComponent") // never compared
public record PresenceState(long number, byte[] json) {}
