package io.stabbur.storage.render;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.identity.Caller;
import io.stabbur.platform.http.ByteStream;
import io.stabbur.storage.Operation;
import io.stabbur.storage.RequestBody;
import io.stabbur.storage.RequestPath;
import io.stabbur.storage.object.Conditions;
import io.stabbur.storage.object.ObjectReply;
import io.stabbur.storage.object.Reads;
import io.stabbur.storage.object.SignedAddresses;
import io.stabbur.storage.object.SignedToken;
import io.stabbur.storage.object.StoredObject;
import io.stabbur.storage.object.Transformation;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// `/render/image`: stored images at another size or in another format.
@Controller("/storage/v1/render/image")
@Produces(MediaType.ALL)
@ExecuteOn(TaskExecutors.BLOCKING)
final class RenderController {
  private static final String ROOT = "/render/image/";
  private final Reads reads;
  private final SignedAddresses signed;
  private final ImageRenderer renderer;
  private final ObjectReply replies;

  RenderController(
      Reads reads, SignedAddresses signed, ImageRenderer renderer, ObjectReply replies) {
    this.reads = reads;
    this.signed = signed;
    this.renderer = renderer;
    this.replies = replies;
  }

  @Get("/authenticated/{bucket}/{+key}")
  HttpResponse<?> authenticated(HttpRequest<?> request, Caller caller) {
    RequestBody.requireAuthorization(request);
    var place = RequestPath.bucketKey(request, ROOT + "authenticated/");
    var operation = new Operation(caller, "storage.render.image_authenticated");
    var wish = Transformation.of(request.getParameters());
    return answer(
        request, caller, reads.asCaller(operation, place.bucket(), place.key()), wish, null);
  }

  @Get("/public/{bucket}/{+key}")
  HttpResponse<?> open(HttpRequest<?> request, Caller caller) {
    var place = RequestPath.bucketKey(request, ROOT + "public/");
    var wish = Transformation.of(request.getParameters());
    return answer(
        request, caller, reads.asPublic(caller.project(), place.bucket(), place.key()), wish, null);
  }

  @Get("/sign/{bucket}/{+key}")
  HttpResponse<?> signed(HttpRequest<?> request, Caller caller) {
    var place = RequestPath.bucketKeyOfLink(request, ROOT + "sign/");
    var token = signed.of(request, caller.project(), SignedToken.Scope.DOWNLOAD, place);
    var text = token.text("transformations");
    return answer(
        request,
        caller,
        reads.asKeeper(caller.project(), place.bucket(), place.key()),
        Transformation.parse(text == null ? "" : text, token.text("format")),
        token.expiry());
  }

  private static boolean isDrawing(StoredObject object) {
    return object.mimetype().toLowerCase(Locale.ROOT).startsWith("image/svg+xml");
  }

  private HttpResponse<?> answer(
      HttpRequest<?> request,
      Caller caller,
      StoredObject object,
      Transformation wish,
      @Nullable Instant expires) {
    switch (Conditions.of(request.getHeaders(), object.etag(), object.lastModified())) {
      case NOT_MODIFIED -> {
        return ObjectReply.headers(HttpResponse.notModified(), request, object, expires)
            .header(HttpHeaders.VARY, HttpHeaders.ACCEPT);
      }
      case FAILED -> {
        return HttpResponse.status(HttpStatus.PRECONDITION_FAILED);
      }
      case SEND -> {}
    }
    var format = PictureFormat.of(wish.format(), request.getHeaders().get(HttpHeaders.ACCEPT));
    if (isDrawing(object) && !wish.format().equals("webp")) {
      // wire: a drawing has no size in pixels and is sent as it is, as imgproxy does
      return replies
          .serve(request, caller.project(), object, expires)
          .header("X-Transformations", wish.text());
    }
    return picture(request, caller, object, wish, format, expires);
  }

  private HttpResponse<?> picture(
      HttpRequest<?> request,
      Caller caller,
      StoredObject object,
      Transformation wish,
      PictureFormat format,
      @Nullable Instant expires) {
    var picture = renderer.render(caller.project(), object, wish, format);
    var response = ObjectReply.headers(HttpResponse.ok(), request, object, expires);
    response.getHeaders().set(HttpHeaders.CONTENT_TYPE, picture.type());
    return response
        .header("X-Transformations", wish.text())
        .header(HttpHeaders.VARY, HttpHeaders.ACCEPT)
        .body(ByteStream.of(request, picture.open(), picture.size()));
  }
}
