package io.stabbur.console.page;

import io.stabbur.platform.error.ApiError;

/// A form that is not of a page which this browser was given in this session.
public record FormExpired() implements ApiError {}
