package io.stabbur.platform.http.proxy;

import io.micronaut.core.type.Argument;
import io.micronaut.core.type.MutableHeaders;
import io.micronaut.http.ByteBodyHttpResponse;
import io.micronaut.http.ByteBodyHttpResponseWrapper;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.body.ByteBodyFactory;
import io.micronaut.http.body.CloseableByteBody;
import io.micronaut.http.body.ResponseBodyWriter;
import io.stabbur.platform.http.DiscardableBody;
import jakarta.inject.Singleton;
import java.io.OutputStream;

/// Hands a [StreamedBody] to the framework, whole or piece by piece, and adds no header of its own.
@Singleton
final class StreamedBodyWriter implements ResponseBodyWriter<StreamedBody> {
  @Override
  public ByteBodyHttpResponse<?> write(
      ByteBodyFactory factory,
      HttpRequest<?> request,
      MutableHttpResponse<StreamedBody> response,
      Argument<StreamedBody> type,
      MediaType mediaType,
      StreamedBody body) {
    return ByteBodyHttpResponseWrapper.wrap(
        response, writePiece(factory, request, response, type, mediaType, body));
  }

  @Override
  public CloseableByteBody writePiece(
      ByteBodyFactory factory,
      HttpRequest<?> request,
      HttpResponse<?> response,
      Argument<StreamedBody> type,
      MediaType mediaType,
      StreamedBody body) {
    return switch (body) {
      case StreamedBody.Whole whole -> factory.adapt(whole.bytes());
      case StreamedBody.Flowing flowing ->
          DiscardableBody.of(factory, flowing.pieces(), flowing.length(), flowing.pieces()::cancel);
    };
  }

  @Override
  public void writeTo(
      Argument<StreamedBody> type,
      MediaType mediaType,
      StreamedBody body,
      MutableHeaders headers,
      OutputStream out) {
    throw new UnsupportedOperationException("a streamed body is written by the server alone");
  }
}
