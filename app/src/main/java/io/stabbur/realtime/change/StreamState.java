package io.stabbur.realtime.change;

import io.stabbur.platform.db.LogicalStream.StreamFailure;
import java.util.List;

/// What the replication stream of a project does at this moment.
public sealed interface StreamState {
  /// Nobody listens.
  record Stopped() implements StreamState {}

  /// A slot is being made; transactions that are under way are awaited.
  record Starting() implements StreamState {}

  record Streaming(List<String> publications) implements StreamState {}

  /// It cannot be read, and is tried again every few seconds; also while an attempt is under way.
  ///
  /// @param advice what an operator can do, in a sentence
  record Failed(String sqlState, String advice) implements StreamState {
    private static final String LOST = "08";
    private static final String PROTOCOL = "08P01";

    static Failed of(Throwable cause) {
      return switch (cause) {
        case StreamFailure failure -> new Failed(failure.sqlState(), advice(failure.sqlState()));
        case ChangeStream.MissingPublication _ ->
            new Failed(
                "42704",
                "the database has no publication to read; create publication supabase_realtime");
        default -> new Failed("08000", "the database cannot be reached; it is tried again");
      };
    }

    private static String advice(String sqlState) {
      return switch (sqlState) {
        case "42501" ->
            "the login lacks the right to replicate; as a superuser run ALTER ROLE … REPLICATION"
                + " for admin-user";
        case "55000" ->
            "the server is not set up for logical replication; set wal_level = logical and"
                + " max_replication_slots, and restart it";
        case "53400" ->
            "all replication slots are in use; raise max_replication_slots, or drop unused ones";
        case "53300" ->
            "all connections for replication are in use; raise max_wal_senders or max_connections";
        case PROTOCOL ->
            "the address leads to a connection pooler, which cannot replicate; give the direct one"
                + " as database-url";
        case "42704" -> "a publication is missing; create publication supabase_realtime";
        default ->
            sqlState.startsWith(LOST) || sqlState.startsWith("57P")
                ? "the connection to the database was lost; it is tried again"
                : "the database refused the stream; its log says why";
      };
    }
  }
}
