package io.stabbur.data.plan;

import io.stabbur.data.catalog.Name;
import org.jspecify.annotations.Nullable;

/// Where a level's rows come from, and the name they go by in it.
public sealed interface Source {
  /// How columns of this source are qualified.
  Name qualifier();

  /// A relation, under an alias unless it is the root.
  record Relation(Name name, @Nullable String alias) implements Source {
    @Override
    public Name qualifier() {
      return alias == null ? name : Name.alone(alias);
    }
  }

  /// The rows of the write or call at the root.
  record Result(String alias) implements Source {
    @Override
    public Name qualifier() {
      return Name.alone(alias);
    }
  }

  /// A relation reached through a junction.
  record Joined(Name name, String alias, Name junction, String junctionAlias) implements Source {
    @Override
    public Name qualifier() {
      return Name.alone(alias);
    }
  }

  /// A function over the parent's row.
  record Computed(Name function, Name parent, Name parentType, String alias) implements Source {
    @Override
    public Name qualifier() {
      return Name.alone(alias);
    }
  }
}
