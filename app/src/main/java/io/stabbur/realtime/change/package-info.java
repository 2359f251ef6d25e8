/// Changes of rows, read from the database's replication stream: which subscriptions match a
/// change, and which of their callers may see it. Start reading at
/// [io.stabbur.realtime.change.ChangeFeed].
@org.jspecify.annotations.NullMarked
package io.stabbur.realtime.change;
