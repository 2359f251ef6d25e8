package io.stabbur.organization.management;

import io.stabbur.platform.error.ApiError;
import io.stabbur.platform.error.ApiException;

/// What only this API can get wrong.
public sealed interface OrganizationError extends ApiError {
  /// 400: a field is missing or holds what it cannot hold.
  record Invalid(String field, String problem) implements OrganizationError {}

  /// 404: no such organisation, member or person, or none the caller may see.
  record NotFound(String what) implements OrganizationError {}

  /// 409: the state does not allow it now.
  record Conflict(String problem) implements OrganizationError {}

  static ApiException invalid(String field, String problem) {
    return new ApiException(new Invalid(field, problem));
  }

  static ApiException notFound(String what) {
    return new ApiException(new NotFound(what));
  }

  static ApiException conflict(String problem) {
    return new ApiException(new Conflict(problem));
  }
}
