package io.stabbur.console.page;

import java.util.regex.Pattern;

/// What shows, before there is a session, that a form is of a page that this browser was given: it
/// stands in a cookie and in the form, and no page of others can read either.
public record FormToken(String text) {
  public static final String COOKIE = "stabbur_form";
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{20,64}");

  static boolean isWellFormed(String text) {
    return FORM.matcher(text).matches();
  }
}
