package io.stabbur.operations.alert;

import io.micronaut.context.annotation.EachProperty;
import io.micronaut.context.annotation.Parameter;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What an operator changes of the rules of one name, under `stabbur.operations.alerts.rules.NAME`.
///
/// @param enabled whether they are judged at all
/// @param warning the limit of the rule of severity warning, instead of the shipped one
/// @param critical the limit of the rule of severity critical
/// @param lasting for how long the number must be wrong
@EachProperty("stabbur.operations.alerts.rules")
public record RuleSettings(
    @Parameter String name,
    @Bindable(defaultValue = "true") boolean enabled,
    @Nullable Double warning,
    @Nullable Double critical,
    @Nullable Duration lasting) {}
