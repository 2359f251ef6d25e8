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
    Secret apiPassword) {

  Secret of(ApiKey.Kind kind) {
    return switch (kind) {
      case ANON -> anonKey;
      case SERVICE_ROLE -> serviceRoleKey;
      case PUBLISHABLE -> publishableKey;
      case SECRET -> secretKey;
    };
  }

  /// The same keys with one API key replaced.
  Keys with(ApiKey.Kind kind, Secret key) {
    return new Keys(
        jwtSecret,
        kind == ApiKey.Kind.ANON ? key : anonKey,
        kind == ApiKey.Kind.SERVICE_ROLE ? key : serviceRoleKey,
        kind == ApiKey.Kind.PUBLISHABLE ? key : publishableKey,
        kind == ApiKey.Kind.SECRET ? key : secretKey,
        s3AccessKeyId,
        s3SecretAccessKey,
        masterKey,
        superuserPassword,
        databasePassword,
        apiPassword);
  }
}
