package io.stabbur.storage.s3;

import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.stabbur.platform.error.ApiError;
import io.stabbur.platform.http.ErrorRenderer;
import io.stabbur.platform.http.StatusLine;
import io.stabbur.storage.RequestPath;
import io.stabbur.storage.StorageError;
import io.stabbur.storage.StorageErrors;
import jakarta.inject.Singleton;

/// Errors as S3 clients read them: XML and the true status.
@Singleton
final class S3ErrorRenderer implements ErrorRenderer {
  @Override
  public String prefix() {
    return "/storage/v1/s3";
  }

  @Override
  public MutableHttpResponse<?> render(HttpRequest<?> request, ApiError error) {
    var told = StorageErrors.told(error);
    var response = StorageErrors.unasked(request, StatusLine.of(told.status()));
    if (error instanceof StorageError.WrongRegion(var _, var expected)) {
      response.header("x-amz-bucket-region", expected);
    }
    if (request.getMethod() == HttpMethod.HEAD) {
      return response;
    }
    var xml =
        Xml.plain("Error")
            .text("Resource", RequestPath.raw(request))
            .text("Code", told.code())
            .text("Message", told.message());
    if (error instanceof StorageError.HeadersNotSigned(var names)) {
      xml.text("HeadersNotSigned", String.join(", ", names));
    }
    if (error instanceof StorageError.WrongRegion(var _, var expected)) {
      xml.text("Region", expected);
    }
    return response.contentType(MediaType.APPLICATION_XML_TYPE).body(xml.end());
  }
}
