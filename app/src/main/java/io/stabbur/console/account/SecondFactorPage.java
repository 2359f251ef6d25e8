package io.stabbur.console.account;

import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Page;
import org.jspecify.annotations.Nullable;

/// Where an operator sets up the second factor.
///
/// @param secret what an app needs where it cannot read the picture; absent before one is made
/// @param picture of it
public record SecondFactorPage(Frame frame, @Nullable String secret, QrPicture picture)
    implements Page {}
