package io.stabbur.platform.error;

/// A refusal that reads the same in every API: status, code and message. A function in Postgres
/// refuses so by raising SQLSTATE `SB` and the three digits of the status, with the code as its
/// message.
public record Refused(int status, String code, String message) implements ApiError {}
