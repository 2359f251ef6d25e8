package io.stabbur.auth.mail;

import io.stabbur.auth.account.UserColumn;
import io.stabbur.auth.hook.Hooks;
import io.stabbur.auth.request.Fields;
import java.util.Optional;
import java.util.UUID;

/// A mail or message that the project's own service is to send.
///
/// @param sentAt the column that says it was sent; cleared when the service refused
record HandOver(Hooks.Point point, Fields input, UUID userId, Optional<UserColumn> sentAt) {}
