package io.stabbur.testing;

import io.stabbur.platform.error.ApiError;
import io.stabbur.platform.error.ApiException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/// Errors that are answers, as tests of single classes compare them.
public final class Refusals {
  private Refusals() {}

  /// The error that a call ends with.
  ///
  /// @throws AssertionError where it ends well
  public static ApiError of(ThrowingCallable call) {
    try {
      call.call();
    } catch (ApiException e) {
      return e.error();
    } catch (Throwable e) {
      throw new AssertionError("not refused, but failed", e);
    }
    throw new AssertionError("not refused");
  }
}
