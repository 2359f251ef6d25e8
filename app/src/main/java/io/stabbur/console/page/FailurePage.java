package io.stabbur.console.page;

/// What stands where a page could not be shown.
///
/// @param key what happened and what to do, below `failure.`
public record FailurePage(Frame frame, String key) implements Page {}
