package io.stabbur.domain;

import java.util.ArrayList;
import java.util.List;

/// Who may do what, as one table: role × table × whose row, and of select, insert, update and
/// delete those that are allowed. The tests are made from it; what it does not allow is tried and
/// must fail.
final class PolicyMatrix {
  /// Whose row: the caller's own, of somebody else in the same organisation, of another
  /// organisation.
  enum Whose {
    OWN(2),
    SAME(3),
    OTHER(4);

    private final int column;

    Whose(int column) {
      this.column = column;
    }
  }

  /// The letters of a cell, in this order.
  enum Verb {
    SELECT(0),
    INSERT(1),
    UPDATE(2),
    DELETE(3);

    private final int letter;

    Verb(int letter) {
      this.letter = letter;
    }
  }

  /// One cell: four things to try.
  record Cell(String table, String role, Whose whose, String allowed) {
    boolean allows(Verb verb) {
      return allowed.charAt(verb.letter) != '-';
    }

    @Override
    public String toString() {
      return table + ", " + role + ", " + whose + ": " + allowed;
    }
  }

  private static final String TABLE =
      """
      table               role          own  same other
      organizations       peer_mentor   S--- S--- ----
      organizations       coordinator   S--- S--- ----
      organizations       org_admin     S-U- S-U- ----
      organizations       global_admin  SIUD SIUD SIUD
      organizations       anon          ---- ---- ----
      org_labels          peer_mentor   S--- S--- ----
      org_labels          coordinator   S--- S--- ----
      org_labels          org_admin     SIUD SIUD ----
      org_labels          global_admin  SIUD SIUD SIUD
      org_labels          anon          ---- ---- ----
      local_associations  peer_mentor   S--- S--- ----
      local_associations  coordinator   S--- S--- ----
      local_associations  org_admin     SIUD SIUD ----
      local_associations  global_admin  SIUD SIUD SIUD
      local_associations  anon          ---- ---- ----
      memberships         peer_mentor   S--- ---- ----
      memberships         coordinator   S--- S--- ----
      memberships         org_admin     S-UD S-UD ----
      memberships         global_admin  S--D S-UD S-UD
      memberships         anon          ---- ---- ----
      platform_admins     peer_mentor   S--- ---- ----
      platform_admins     coordinator   S--- ---- ----
      platform_admins     org_admin     S--- ---- ----
      platform_admins     global_admin  S--- ---- ----
      platform_admins     anon          ---- ---- ----
      profiles            peer_mentor   SIU- ---- ----
      profiles            coordinator   SIU- S--- ----
      profiles            org_admin     SIU- S--- ----
      profiles            global_admin  SIU- ---- ----
      profiles            anon          ---- ---- ----
      contacts            peer_mentor   SIUD ---- ----
      contacts            coordinator   SIUD SIUD ----
      contacts            org_admin     S--- S--- ----
      contacts            global_admin  ---- ---- ----
      contacts            anon          ---- ---- ----
      activities          peer_mentor   SIUD ---- ----
      activities          coordinator   S-U- S-U- ----
      activities          org_admin     S--- S--- ----
      activities          global_admin  ---- ---- ----
      activities          anon          ---- ---- ----
      assignments         peer_mentor   S-U- ---- ----
      assignments         coordinator   SIUD SIUD ----
      assignments         org_admin     S--- S--- ----
      assignments         global_admin  ---- ---- ----
      assignments         anon          ---- ---- ----
      availability        peer_mentor   SIUD S--- ----
      availability        coordinator   S--- S--- ----
      availability        org_admin     S--- S--- ----
      availability        global_admin  ---- ---- ----
      availability        anon          ---- ---- ----
      expense_claims      peer_mentor   SIU- ---- ----
      expense_claims      coordinator   S--- S-U- ----
      expense_claims      org_admin     S--- S-U- ----
      expense_claims      global_admin  ---- ---- ----
      expense_claims      anon          ---- ---- ----
      certifications      peer_mentor   SI-- ---- ----
      certifications      coordinator   S-U- S-U- ----
      certifications      org_admin     S-U- S-U- ----
      certifications      global_admin  ---- ---- ----
      certifications      anon          ---- ---- ----
      audit_log           peer_mentor   ---- ---- ----
      audit_log           coordinator   ---- ---- ----
      audit_log           org_admin     S--- S--- ----
      audit_log           global_admin  S--- S--- S---
      audit_log           anon          ---- ---- ----
      org_stats           peer_mentor   S--- S--- ----
      org_stats           coordinator   S--- S--- ----
      org_stats           org_admin     S--- S--- ----
      org_stats           global_admin  S--- S--- S---
      org_stats           anon          ---- ---- ----
      """;

  private PolicyMatrix() {}

  static List<Cell> cells() {
    var cells = new ArrayList<Cell>();
    for (var line : TABLE.lines().skip(1).toList()) {
      var words = line.strip().split(" +", -1);
      for (var whose : Whose.values()) {
        cells.add(new Cell(words[0], words[1], whose, words[whose.column]));
      }
    }
    return cells;
  }
}
