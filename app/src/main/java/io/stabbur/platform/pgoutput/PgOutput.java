package io.stabbur.platform.pgoutput;

import io.stabbur.platform.db.WalPosition;
import io.stabbur.platform.pgoutput.Message.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Reads the messages of `pgoutput`, protocol version 1. Source: "Logical Replication Message
/// Formats" in Postgres' documentation. Holds the tables that were described, so each stream has
/// one of its own. For one thread.
public final class PgOutput {
  /// Microseconds from 1970 to 2000, where Postgres' time begins.
  private static final long EPOCH = 946_684_800_000_000L;

  private final Map<Integer, Relation> relations = new HashMap<>();
  private final Predicate<Relation> wanted;
  private long committed;
  private int transaction;

  /// @param wanted of which tables changes are read; those of others are skipped unread
  public PgOutput(Predicate<Relation> wanted) {
    this.wanted = wanted;
  }

  /// Reads one message.
  public Message read(ByteBuffer buffer) {
    var in = new Fields(buffer);
    return switch (in.code()) {
      case 'B' -> begin(in);
      case 'C' -> new Message.Commit();
      case 'R' -> new Message.Described(relation(in));
      case 'I' -> change(Kind.INSERT, in);
      case 'U' -> change(Kind.UPDATE, in);
      case 'D' -> change(Kind.DELETE, in);
      case 'T' -> truncated(in);
      default -> new Message.Other();
    };
  }

  private Message begin(Fields in) {
    var position = new WalPosition(in.longNumber());
    committed = in.longNumber() + EPOCH;
    transaction = in.number();
    return new Message.Begin(position, committed);
  }

  private Message truncated(Fields in) {
    int count = in.number();
    int options = in.code();
    var emptied = new ArrayList<Relation>(count);
    for (int i = 0; i < count; i++) {
      var relation = described(in.number());
      if (wanted.test(relation)) {
        emptied.add(relation);
      }
    }
    return new Message.Truncated(emptied, (options & 1) != 0, (options & 2) != 0);
  }

  private Relation relation(Fields in) {
    int oid = in.number();
    var schema = in.name();
    var name = in.name();
    var identity = Relation.Identity.of(in.code());
    int count = in.count();
    var columns = new ArrayList<String>(count);
    for (int i = 0; i < count; i++) {
      in.skip(Byte.BYTES);
      columns.add(in.name());
      in.skip(2 * Integer.BYTES);
    }
    var relation =
        new Relation(oid, schema.isEmpty() ? "pg_catalog" : schema, name, identity, columns);
    relations.put(oid, relation);
    return relation;
  }

  private Relation described(int oid) {
    var relation = relations.get(oid);
    if (relation == null) {
      throw new IllegalStateException("a change of a table that was not described");
    }
    return relation;
  }

  private Message change(Kind kind, Fields in) {
    var relation = described(in.number());
    if (!wanted.test(relation)) {
      return new Message.Other();
    }
    @Nullable Tuple old = null;
    @Nullable Tuple image = null;
    while (in.remaining() > 0) {
      if (in.code() == 'N') {
        image = Tuple.read(in);
      } else {
        old = Tuple.read(in);
      }
    }
    return new Message.Change(kind, relation, transaction, committed, old, image);
  }

  /// The fields of a message, in the order of the network.
  private record Fields(ByteBuffer buffer) implements Tuple.Reader {
    @Override
    public byte code() {
      return buffer.get();
    }

    @Override
    public int number() {
      return buffer.getInt();
    }

    @Override
    public int count() {
      return buffer.getShort();
    }

    @Override
    public int remaining() {
      return buffer.remaining();
    }

    @Override
    public String text(int bytes) {
      var text =
          new String(
              buffer.array(),
              buffer.arrayOffset() + buffer.position(),
              bytes,
              StandardCharsets.UTF_8);
      skip(bytes);
      return text;
    }

    long longNumber() {
      return buffer.getLong();
    }

    void skip(int bytes) {
      buffer.position(buffer.position() + bytes);
    }

    /// A text that ends with a zero byte.
    String name() {
      int length = 0;
      while (buffer.get(buffer.position() + length) != 0) {
        length++;
      }
      var text = text(length);
      skip(1);
      return text;
    }
  }
}
