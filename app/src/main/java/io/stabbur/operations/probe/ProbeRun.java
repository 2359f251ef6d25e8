package io.stabbur.operations.probe;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The trial of a project that is under way or was the last, and the last result.
///
/// @param beatAt when it last came further; one that does not any more was ended with its process
/// @param done how many things were tried
/// @param things how many there are; 0 while that is not known
/// @param failure why the last one came to no result; empty where it did
/// @param resultAt when the result was found; absent where there is none yet
/// @param result a [Matrix] as JSON; empty where there is none yet
@MappedEntity(value = "isolation_probes", schema = "stabbur_control")
public record ProbeRun(
    @Id String project,
    Instant begunAt,
    String begunBy,
    Instant beatAt,
    int done,
    int things,
    boolean runs,
    String failure,
    @Nullable Instant resultAt,
    String result) {}
