package io.stabbur.data.request;

/// What a request asks for, by its path and verb.
public sealed interface Intent {

  record Read(String relation, Body body) implements Intent {}

  /// A change of a relation's rows.
  sealed interface Write extends Intent {
    String relation();
  }

  record Insert(String relation) implements Write {}

  record Update(String relation) implements Write {}

  /// PUT: insert or replace the one row the filters name.
  record Upsert(String relation) implements Write {}

  record Delete(String relation) implements Write {}

  record Call(String routine, CallVerb verb) implements Intent {}

  /// The description of the whole schema at the root.
  record Describe(Body body) implements Intent {}

  record RelationOptions(String relation) implements Intent {}

  record RoutineOptions(String routine) implements Intent {}

  record RootOptions() implements Intent {}

  /// Whether a body is sent, or the headers alone.
  enum Body {
    SENT,
    HEADERS_ONLY
  }

  enum CallVerb {
    GET,
    HEAD,
    POST
  }
}
