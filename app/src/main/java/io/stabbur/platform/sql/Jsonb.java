package io.stabbur.platform.sql;

/// JSON text to be bound as `jsonb`.
public record Jsonb(String text) {}
