package io.stabbur.control.project;

import io.micronaut.core.annotation.Introspected;

/// The name of a project that was added at run time, and whether it is suspended.
@Introspected
public record ProjectName(String name, boolean suspended) {}
