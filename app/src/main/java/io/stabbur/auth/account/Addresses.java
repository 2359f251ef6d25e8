package io.stabbur.auth.account;

import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.platform.error.ApiException;
import java.util.Locale;
import java.util.regex.Pattern;

/// E-mail addresses and phone numbers in the form they are stored and compared in.
public final class Addresses {
  private static final Pattern EMAIL =
      Pattern.compile(
          "[\\p{L}\\p{N}.!#$%&'*+/=?^_`{|}~-]{1,64}@[\\p{L}\\p{N}](?:[\\p{L}\\p{N}-]*[\\p{L}\\p{N}])?"
              + "(?:\\.[\\p{L}\\p{N}](?:[\\p{L}\\p{N}-]*[\\p{L}\\p{N}])?)*+");
  private static final Pattern PHONE = Pattern.compile("[1-9][0-9]{1,14}");

  private Addresses() {}

  /// Lower case, without spaces around it; not checked.
  public static String normal(String email) {
    return email.strip().toLowerCase(Locale.ROOT);
  }

  /// The address in normal form; refused when nothing could be sent to it.
  public static String email(String given) {
    var email = normal(given);
    if (email.isEmpty()) {
      throw AuthError.invalid("An email address is required");
    }
    if (email.length() > 255) {
      throw AuthError.invalid("An email address is too long");
    }
    if (!EMAIL.matcher(email).matches()
        || email.contains("..")
        || MailAddress.of(email).isEmpty()) {
      throw AuthError.invalid("Unable to validate email address: invalid format");
    }
    return email;
  }

  public static String phoneDigits(String given) {
    return given.strip().replaceFirst("^\\+", "").replace(" ", "");
  }

  /// The number as E.164 without the plus; refused when it is none.
  public static String phone(String given) {
    var phone = phoneDigits(given);
    if (!PHONE.matcher(phone).matches()) {
      throw AuthError.badRequest(
          AuthCode.VALIDATION_FAILED, "Invalid phone number format (E.164 required)");
    }
    return phone;
  }

  public static ApiException emailExists() {
    return AuthError.unprocessable(
        AuthCode.EMAIL_EXISTS, "A user with this email address has already been registered");
  }

  public static ApiException phoneExists() {
    return AuthError.unprocessable(
        AuthCode.PHONE_EXISTS, "Phone number already registered by another user");
  }
}
