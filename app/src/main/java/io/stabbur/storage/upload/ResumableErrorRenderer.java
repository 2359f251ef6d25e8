package io.stabbur.storage.upload;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.stabbur.platform.error.ApiError;
import io.stabbur.platform.http.ErrorRenderer;
import io.stabbur.platform.http.StatusLine;
import io.stabbur.storage.StorageErrors;
import jakarta.inject.Singleton;

/// Errors of resumable uploads: a sentence and the true status, as the protocol has it.
@Singleton
final class ResumableErrorRenderer implements ErrorRenderer {
  @Override
  public String prefix() {
    return "/storage/v1/upload/resumable";
  }

  @Override
  public MutableHttpResponse<?> render(HttpRequest<?> request, ApiError error) {
    var told = StorageErrors.told(error);
    return StorageErrors.unasked(request, StatusLine.of(told.status()))
        .header("Tus-Resumable", "1.0.0")
        .contentType(MediaType.TEXT_PLAIN_TYPE)
        .body(told.message());
  }
}
