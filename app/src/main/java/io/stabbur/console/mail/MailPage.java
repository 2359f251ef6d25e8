package io.stabbur.console.mail;

import io.stabbur.auth.mail.MailSettings;
import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Page;

/// How mail leaves the house.
///
/// @param sentTo where a test mail went; empty where none was sent
/// @param address as it was given
public record MailPage(Frame frame, MailSettings settings, String sentTo, String address)
    implements Page {}
