package io.stabbur.auth.mail;

import io.stabbur.auth.Fields;
import io.stabbur.auth.Hooks;
import io.stabbur.auth.user.UserColumn;
import java.util.Optional;
import java.util.UUID;

/// A mail or message that the project's own service is to send.
///
/// @param sentAt the column that says it was sent; cleared when the service refused
record HandOver(Hooks.Point point, Fields input, UUID userId, Optional<UserColumn> sentAt) {}
