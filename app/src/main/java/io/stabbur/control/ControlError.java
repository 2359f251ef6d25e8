package io.stabbur.control;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Refused;

/// Refusals of what operators ask for. Programs tell them apart by their codes, and the console has
/// words for each.
public final class ControlError {
  public static final String PASSWORD = "password_length";
  public static final String NAME = "invalid_name";

  private static final int BAD_REQUEST = 400;

  private ControlError() {}

  public static ApiException refused(String code, String message) {
    return new ApiException(new Refused(BAD_REQUEST, code, message));
  }
}
