package io.stabbur.platform.error;

/// Anything the server may have to tell a client instead of an answer.
public interface ApiError {}
