package io.stabbur.operations.log;

import java.time.Instant;

/// A line of the appliance's log.
///
/// @param number larger than those of the lines before, also of an earlier process
/// @param level such as `WARN`
public record LogLine(long number, Instant at, String level, String logger, String message) {}
