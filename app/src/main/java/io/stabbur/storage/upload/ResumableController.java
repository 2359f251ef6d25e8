package io.stabbur.storage.upload;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Head;
import io.micronaut.http.annotation.Options;
import io.micronaut.http.annotation.Patch;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.identity.Caller;
import io.stabbur.storage.StorageSettings;
import io.stabbur.storage.object.Conditions;
import io.stabbur.storage.object.SignedAddresses;
import java.util.OptionalLong;

/// `/upload/resumable`: tus 1.0 with creation, creation-with-upload, creation-defer-length,
/// termination and expiration.
@Controller("/storage/v1/upload/resumable")
@Consumes(MediaType.ALL)
@ExecuteOn(TaskExecutors.BLOCKING)
final class ResumableController {
  private final Resumables resumables;
  private final SignedAddresses signed;
  private final StorageSettings settings;

  ResumableController(Resumables resumables, SignedAddresses signed, StorageSettings settings) {
    this.resumables = resumables;
    this.signed = signed;
    this.settings = settings;
  }

  @Options(uris = {"/", "/sign", "/{id}", "/sign/{id}"})
  HttpResponse<?> options() {
    return tus(HttpStatus.NO_CONTENT)
        .header("Tus-Version", "1.0.0")
        .header(
            "Tus-Extension",
            "creation,creation-with-upload,creation-defer-length,termination,expiration")
        .header("Tus-Max-Size", Long.toString(settings.fileSizeLimit()));
  }

  @Post(uris = {"/", "/sign"})
  HttpResponse<?> create(HttpRequest<?> request, Caller caller) {
    var wish = ResumableRequest.creation(request, caller, signed);
    var upload = resumables.begin(wish);
    if (ResumableRequest.carriesChunk(request) || upload.complete()) {
      upload = ResumableRequest.withBody(request, begun(wish, upload.id()));
    }
    return tus(HttpStatus.CREATED)
        .header("Location", ResumableRequest.location(request, caller.project(), upload.id()))
        .header("Upload-Offset", Long.toString(upload.stored()))
        .header("Upload-Expires", Conditions.httpDate(upload.expires()));
  }

  private ResumableRequest.Appending begun(ResumableRequest.Creation wish, UploadId id) {
    return body -> resumables.append(wish.permission(), id, 0, OptionalLong.empty(), body);
  }

  @Head(uris = {"/{id}", "/sign/{id}"})
  HttpResponse<?> offset(HttpRequest<?> request, Caller caller) {
    var id = ResumableRequest.id(request);
    var upload = resumables.find(ResumableRequest.permission(request, caller, signed, id), id);
    var response =
        tus(HttpStatus.OK)
            .header("Cache-Control", "no-store")
            .header("Upload-Offset", Long.toString(upload.stored()))
            .header("Upload-Expires", Conditions.httpDate(upload.expires()));
    if (upload.isOpenEnded()) {
      response.header("Upload-Defer-Length", "1");
    } else {
      response.header("Upload-Length", Long.toString(upload.length()));
    }
    return upload.announced().isEmpty()
        ? response
        : response.header("Upload-Metadata", upload.announced());
  }

  @Patch(uris = {"/{id}", "/sign/{id}"})
  HttpResponse<?> append(HttpRequest<?> request, Caller caller) {
    ResumableRequest.requireChunk(request);
    var id = ResumableRequest.id(request);
    var permission = ResumableRequest.permission(request, caller, signed, id);
    long offset = ResumableRequest.number(request, "Upload-Offset");
    var upload =
        ResumableRequest.withBody(
            request,
            body ->
                resumables.append(permission, id, offset, ResumableRequest.told(request), body));
    var response =
        tus(HttpStatus.NO_CONTENT)
            .header("Upload-Offset", Long.toString(upload.stored()))
            .header("Upload-Expires", Conditions.httpDate(upload.expires()));
    return upload.complete() ? response.header("Tus-Complete", "1") : response;
  }

  @Put(uris = {"/{id}", "/sign/{id}"})
  HttpResponse<?> put(HttpRequest<?> request, Caller caller) {
    return append(request, caller);
  }

  @Delete(uris = {"/{id}", "/sign/{id}"})
  HttpResponse<?> terminate(HttpRequest<?> request, Caller caller) {
    var id = ResumableRequest.id(request);
    resumables.terminate(ResumableRequest.permission(request, caller, signed, id), id);
    return tus(HttpStatus.NO_CONTENT);
  }

  private static MutableHttpResponse<?> tus(HttpStatus status) {
    return HttpResponse.status(status).header("Tus-Resumable", "1.0.0");
  }
}
