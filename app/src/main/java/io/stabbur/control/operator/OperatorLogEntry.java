package io.stabbur.control.operator;

import io.micronaut.data.annotation.GeneratedValue;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What an operator did.
///
/// @param operator the address, which outlives the account
/// @param action such as `POST /admin/v1/operators`
/// @param status of the answer; absent while it is under way
@MappedEntity(value = "operator_log", schema = "stabbur_control")
public record OperatorLogEntry(
    @Id @GeneratedValue @Nullable Long id,
    Instant at,
    String operator,
    String action,
    @Nullable Integer status) {}
