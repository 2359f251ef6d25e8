package io.stabbur.console.trial;

import io.micronaut.core.annotation.Introspected;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.PathVariable;
import io.stabbur.console.form.ConsoleForm;
import io.stabbur.control.operator.SignedIn;

/// A form that was sent about an organization.
@Introspected
public record TrialAct(
    HttpRequest<?> request,
    SignedIn operator,
    @PathVariable String project,
    @PathVariable String organization,
    ConsoleForm form) {}
