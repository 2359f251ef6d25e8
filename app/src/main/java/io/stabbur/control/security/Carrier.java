package io.stabbur.control.security;

/// What brought a token.
enum Carrier {
  HEADER,
  /// Browsers send it by themselves, so a change must show that it was meant.
  COOKIE
}
