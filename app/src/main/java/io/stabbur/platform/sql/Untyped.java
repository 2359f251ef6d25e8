package io.stabbur.platform.sql;

/// Text to be bound without a type, as a literal in quotes would be: Postgres takes the type from
/// where the value stands.
public record Untyped(String text) {}
