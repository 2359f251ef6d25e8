package io.stabbur.data.catalog;

import java.util.List;

/// A way from one relation to another.
public sealed interface Relationship {
  Name from();

  Name to();

  boolean isToOne();

  /// By foreign keys.
  record Foreign(Name from, Name to, Link link, Relation.Kind fromKind, Relation.Kind toKind)
      implements Relationship {
    @Override
    public boolean isToOne() {
      return link instanceof Link.ManyToOne || link instanceof Link.OneToOne;
    }

    public boolean isSelf() {
      return from.equals(to);
    }
  }

  /// By a function from a row to rows.
  record Computed(Name function, Name from, Name to, Size size) implements Relationship {
    @Override
    public boolean isToOne() {
      return size == Size.ONE;
    }
  }

  enum Size {
    ONE,
    MANY
  }

  /// A column and the one it equals on the other side.
  record ColumnPair(String here, String there) {
    ColumnPair swapped() {
      return new ColumnPair(there, here);
    }
  }

  /// How the rows of both sides belong together.
  sealed interface Link {
    record OneToMany(String constraint, List<ColumnPair> columns) implements Link {}

    record ManyToOne(String constraint, List<ColumnPair> columns) implements Link {}

    record OneToOne(String constraint, List<ColumnPair> columns, Side side) implements Link {}

    /// Through a junction: `toFrom` pairs the near side's columns with the junction's, `toTo` the
    /// far side's.
    record ManyToMany(
        Name junction,
        String nearConstraint,
        String farConstraint,
        List<ColumnPair> near,
        List<ColumnPair> far)
        implements Link {}
  }

  /// Which side of a one-to-one holds the foreign key.
  enum Side {
    HOLDS_THE_KEY,
    IS_REFERENCED
  }
}
