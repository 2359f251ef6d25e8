package io.stabbur.domain;

import java.util.ArrayList;
import java.util.List;

/// Who may do what with files, as one table: bucket × role × whose folder, and of nine operations
/// those that are allowed. The tests are made from it, through every protocol that has the
/// operation; what it does not allow is tried and must fail.
final class FileMatrix {
  /// Whose folder: the caller's own (or case), of somebody else in the same organisation, of
  /// another organisation.
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
    LIST(0),
    READ(1),
    INFO(2),
    SIGN(3),
    UPLOAD(4),
    OVERWRITE(5),
    COPY(6),
    MOVE(7),
    DELETE(8);

    private final int letter;

    Verb(int letter) {
      this.letter = letter;
    }
  }

  /// What the policies say of an operation. A public bucket is open to readers of its public
  /// address, whatever the policies say.
  enum Right {
    NONE,
    PUBLIC,
    POLICY
  }

  /// One cell: nine things to try.
  record Cell(String bucket, String role, Whose whose, String allowed) {
    Right right(Verb verb) {
      char letter = allowed.charAt(verb.letter);
      return letter == '-'
          ? Right.NONE
          : Character.isLowerCase(letter) ? Right.PUBLIC : Right.POLICY;
    }

    boolean allows(Verb verb) {
      return right(verb) == Right.POLICY;
    }

    @Override
    public String toString() {
      return bucket + ", " + role + ", " + whose + ": " + allowed;
    }
  }

  // List Read Info Sign Upload Overwrite Copy Move Delete; a small letter by the public address
  private static final String TABLE =
      """
      bucket        role         own       same      other
      receipts      peer_mentor  LRISUOCMD --------- ---------
      receipts      coordinator  LRISUOCMD LRIS----- ---------
      receipts      org_admin    LRISUOCMD LRIS----- ---------
      receipts      global_admin --------- --------- ---------
      receipts      anon         --------- --------- ---------
      receipts      nobody       --------- --------- ---------
      certificates  peer_mentor  LRISUOCMD --------- ---------
      certificates  coordinator  LRISUOCMD LRIS----- ---------
      certificates  org_admin    LRISUOCMD LRIS----- ---------
      certificates  global_admin --------- --------- ---------
      certificates  anon         --------- --------- ---------
      certificates  nobody       --------- --------- ---------
      documents     peer_mentor  LRISUOCMD --------- ---------
      documents     coordinator  LRISUOCMD LRISUOCMD ---------
      documents     org_admin    LRISUOCMD --------- ---------
      documents     global_admin --------- --------- ---------
      documents     anon         --------- --------- ---------
      documents     nobody       --------- --------- ---------
      avatars       peer_mentor  LRISUOCMD LRIS----- ---------
      avatars       coordinator  LRISUOCMD LRIS----- ---------
      avatars       org_admin    LRISUOCMD LRIS----- ---------
      avatars       global_admin --------- --------- ---------
      avatars       anon         --------- --------- ---------
      avatars       nobody       --------- --------- ---------
      """;

  private FileMatrix() {}

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
