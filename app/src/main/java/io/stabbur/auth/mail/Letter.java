package io.stabbur.auth.mail;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.account.UserColumn;
import java.util.Optional;
import java.util.UUID;

/// A mail that is due: to whom, in which language, and what its template may say.
///
/// @param sentAt the column that says it was sent; cleared when it could not be
record Letter(
    MailKind kind,
    String to,
    String language,
    JsonNode values,
    UUID userId,
    Optional<UserColumn> sentAt) {}
