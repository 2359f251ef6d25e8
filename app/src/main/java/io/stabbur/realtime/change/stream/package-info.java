/// The messages of `pgoutput`, the output plugin of Postgres' own logical replication. Start
/// reading at [io.stabbur.realtime.change.stream.PgOutput].
@org.jspecify.annotations.NullMarked
package io.stabbur.realtime.change.stream;
