package io.stabbur.console.page;

import io.stabbur.platform.error.ApiError;

/// What was filled in is refused before anything is done.
///
/// @param text the key of the words that tell it
/// @param field the id of the field that it is about
public record Unfit(String text, String field) implements ApiError {}
