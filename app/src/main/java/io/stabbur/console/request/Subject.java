package io.stabbur.console.request;

import java.util.UUID;

/// Whom a request is about: an account, or somebody without one whom the project knows by a number.
///
/// @param label the address; of a record the number
/// @param hasAccount whether the person has an account
/// @param isWhole whether the project says itself what it keeps; else only the account is known
public record Subject(UUID id, String label, boolean hasAccount, boolean isWhole) {}
