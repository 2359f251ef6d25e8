package io.stabbur.storage.backend;

/// What was stored: its size and its entity tag, in quotes as HTTP wants it.
public record Written(long size, String etag) {}
