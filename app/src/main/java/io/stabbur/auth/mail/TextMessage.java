package io.stabbur.auth.mail;

import io.stabbur.auth.account.UserColumn;
import java.util.Optional;
import java.util.UUID;

/// A text message that is due.
///
/// @param channel `sms` or `whatsapp`
record TextMessage(
    String phone, String text, String channel, UUID userId, Optional<UserColumn> sentAt) {}
