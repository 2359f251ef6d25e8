package io.stabbur.organization.rows;

import java.util.List;

/// A table whose rows are organizations', and what its rows refer to.
record OwnedTable(Table table, Ownership owner, List<Reference> references) {
  OwnedTable {
    references = List.copyOf(references);
  }
}
