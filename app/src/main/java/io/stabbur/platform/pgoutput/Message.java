package io.stabbur.platform.pgoutput;

import io.stabbur.platform.db.WalPosition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the stream says. Only committed transactions are sent, one after the other.
public sealed interface Message {
  /// A transaction begins.
  ///
  /// @param position where its commit stands in the log
  /// @param committed when it was committed, in microseconds since 1970
  record Begin(WalPosition position, long committed) implements Message {}

  /// The transaction's changes have all been sent.
  record Commit() implements Message {}

  /// A table is described.
  record Described(Relation relation) implements Message {}

  /// A change of one row.
  ///
  /// @param transaction the low 32 bits of its number
  /// @param old the old row, whole or only its identity; absent where the database did not write it
  /// @param image the new row; absent where the row is gone
  record Change(
      Kind kind,
      Relation relation,
      int transaction,
      long committed,
      @Nullable Tuple old,
      @Nullable Tuple image)
      implements Message {
    public int bytes() {
      return (old == null ? 0 : old.bytes()) + (image == null ? 0 : image.bytes());
    }
  }

  /// Tables were emptied by one statement.
  ///
  /// @param cascades whether those that refer to them were, too, which are among them
  /// @param restartsIdentity whether their sequences began anew
  record Truncated(List<Relation> relations, boolean cascades, boolean restartsIdentity)
      implements Message {
    public Truncated {
      relations = List.copyOf(relations);
    }
  }

  /// What is of no interest here.
  record Other() implements Message {}

  /// The kinds of changes, with the names clients know.
  enum Kind {
    INSERT,
    UPDATE,
    DELETE
  }
}
