package io.stabbur.console.start;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Something that needs a person.
///
/// @param text one sentence
/// @param since absent where nobody knows
/// @param page where something can be done about it, below `/console`; empty where nothing can here
public record Need(Light light, String text, @Nullable Instant since, String page) {}
