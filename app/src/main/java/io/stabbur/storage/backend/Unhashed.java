package io.stabbur.storage.backend;

/// A stream whose checksum nobody wants of the store: its own source computes one of other bytes,
/// or it is known already.
public interface Unhashed {}
