package io.stabbur.moving;

/// How much of a project moves.
enum Scope {
  /// What another project, with keys of its own, can use.
  SHARED,

  /// Everything, for the same project with the same keys on another server.
  WHOLE
}
