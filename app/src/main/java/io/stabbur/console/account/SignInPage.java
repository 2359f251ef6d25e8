package io.stabbur.console.account;

import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Page;

/// The sign-in.
///
/// @param email as it was given
/// @param next where to go then, below `/console`
public record SignInPage(Frame frame, String email, String next) implements Page {}
