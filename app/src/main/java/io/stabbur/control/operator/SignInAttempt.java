package io.stabbur.control.operator;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;

/// How often a network or an account was tried since when.
@MappedEntity(value = "sign_in_attempts", schema = "stabbur_control")
record SignInAttempt(@Id String subject, int tries, Instant since) {}
