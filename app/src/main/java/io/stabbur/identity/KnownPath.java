package io.stabbur.identity;

/// The path of a request whose route is the same for many things of the schema, with the name of
/// the one that is asked for, which exists: `/rest/v1/{path}` asked for `notes` is
/// `/rest/v1/notes`. A room puts it into the context of the request; it holds nothing that only a
/// client wrote.
public record KnownPath(String text) {}
