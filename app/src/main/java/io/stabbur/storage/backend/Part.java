package io.stabbur.storage.backend;

/// One stored part of an upload in parts.
public record Part(int number, long size, String etag) {}
