package io.stabbur.console.move;

import java.util.UUID;

/// What is to be moved.
///
/// @param name of the organization, which the project no longer knows once it has moved
/// @param to the name of the other project
/// @param isAgain whether what the other project has of it already becomes what it is here
public record Wish(UUID organization, String name, String to, boolean isAgain) {}
