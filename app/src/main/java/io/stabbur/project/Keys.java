package io.stabbur.project;

import io.stabbur.platform.config.Secret;

/// A project's keys. The first pair are legacy JWTs, the second the opaque keys clients use today;
/// the S3 pair signs requests of the S3 protocol; the master key never leaves the process.
public record Keys(
    Secret jwtSecret,
    Secret anonKey,
    Secret serviceRoleKey,
    Secret publishableKey,
    Secret secretKey,
    Secret s3AccessKeyId,
    Secret s3SecretAccessKey,
    Secret masterKey,
    Secret superuserPassword,
    Secret databasePassword,
    Secret apiPassword) {}
