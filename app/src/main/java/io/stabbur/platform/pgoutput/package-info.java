/// The messages of `pgoutput`, the output plugin of Postgres' own logical replication. Start
/// reading at [io.stabbur.platform.pgoutput.PgOutput].
@org.jspecify.annotations.NullMarked
package io.stabbur.platform.pgoutput;
