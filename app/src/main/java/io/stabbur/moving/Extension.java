package io.stabbur.moving;

/// An extension of Postgres.
///
/// @param isUsed whether an object of the user depends on it
record Extension(String name, String schema, boolean isUsed) {}
