package io.stabbur.storage.object;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.identity.Caller;
import io.stabbur.storage.Operation;
import io.stabbur.storage.RequestBody;
import io.stabbur.storage.RequestPath;
import io.stabbur.storage.backend.Tagging;
import io.stabbur.storage.object.Listing.Folder;
import io.stabbur.storage.object.Listing.Query;
import io.stabbur.storage.object.SignedToken.Scope;
import io.stabbur.storage.object.Signing.ManyWish;
import io.stabbur.storage.object.Signing.Wish;
import io.stabbur.storage.object.Uploads.Clash;
import io.stabbur.storage.object.Uploads.Proof;
import io.stabbur.storage.object.Uploads.Target;

/// `/object`: storing, listing, signing, moving, copying and removing. Reads are in
/// [ObjectReadController].
@Controller("/storage/v1/object")
@Consumes(MediaType.ALL)
@ExecuteOn(TaskExecutors.BLOCKING)
final class ObjectController {
  private final Uploads uploads;
  private final Listing listing;
  private final Changes changes;
  private final Signing signing;
  private final SignedAddresses signed;

  ObjectController(
      Uploads uploads, Listing listing, Changes changes, Signing signing, SignedAddresses signed) {
    this.uploads = uploads;
    this.listing = listing;
    this.changes = changes;
    this.signing = signing;
    this.signed = signed;
  }

  @Post("/{bucket}/{+key}")
  HttpResponse<?> upload(HttpRequest<?> request, Caller caller) {
    return store(request, new Operation(caller, "storage.object.upload"), clash(request));
  }

  @Put("/{bucket}/{+key}")
  HttpResponse<?> replace(HttpRequest<?> request, Caller caller) {
    return store(request, new Operation(caller, "storage.object.upload_update"), Clash.REPLACE);
  }

  private HttpResponse<?> store(HttpRequest<?> request, Operation operation, Clash clash) {
    RequestBody.requireAuthorization(request);
    var place = RequestPath.bucketKey(request, "/object/");
    var stored =
        store(request, operation, new Target(place.bucket(), place.key(), clash), Proof.POLICIES);
    return RequestBody.answer(
        RequestBody.object(
            "Id", stored.id().toString(), "Key", stored.bucket() + '/' + stored.name()));
  }

  private StoredObject store(
      HttpRequest<?> request, Operation operation, Target target, Proof proof) {
    try (var body = UploadBody.of(request)) {
      var admission = uploads.admit(operation, target, body.facts(), body.length(), proof);
      return uploads.store(
          admission,
          body.facts(),
          body.bytes(),
          body.length(),
          Tagging.of(RequestBody.length(request)));
    }
  }

  private static Clash clash(HttpRequest<?> request) {
    return Clash.of("true".equalsIgnoreCase(request.getHeaders().get("x-upsert")));
  }

  @Post("/upload/sign/{bucket}/{+key}")
  HttpResponse<?> signUpload(HttpRequest<?> request, Caller caller) {
    RequestBody.requireAuthorization(request);
    var place = RequestPath.bucketKey(request, "/object/upload/sign/");
    return RequestBody.answer(
        signing.upload(
            new Operation(caller, "storage.object.sign_upload_url"),
            place.bucket(),
            place.key(),
            clash(request),
            UploadBody.headerMetadata(request)));
  }

  @Put("/upload/sign/{bucket}/{+key}")
  HttpResponse<?> uploadSigned(HttpRequest<?> request, Caller caller) {
    var place = RequestPath.bucketKey(request, "/object/upload/sign/");
    var token = signed.of(request, caller.project(), Scope.UPLOAD, place);
    var stored =
        store(
            request,
            new Operation(SignedOwner.of(caller, token), "storage.object.upload_signed"),
            new Target(place.bucket(), place.key(), Clash.of(token.flag("upsert"))),
            Proof.TOKEN);
    return RequestBody.answer(RequestBody.object("Key", stored.bucket() + '/' + stored.name()));
  }

  @Post("/list/{bucket}")
  HttpResponse<?> list(HttpRequest<?> request, Caller caller) {
    RequestBody.requireAuthorization(request);
    var operation = new Operation(caller, "storage.object.list");
    var bucket = RequestPath.name(request, "/object/list/");
    return RequestBody.answer(
        RequestBody.withJson(
            request, Folder::read, folder -> listing.folder(operation, bucket, folder)));
  }

  @Post("/list-v2/{bucket}")
  HttpResponse<?> page(HttpRequest<?> request, Caller caller) {
    RequestBody.requireAuthorization(request);
    var operation = new Operation(caller, "storage.object.list_v2");
    var bucket = RequestPath.name(request, "/object/list-v2/");
    return RequestBody.answer(
        RequestBody.withJson(
            request,
            body -> Query.read(bucket, body),
            query -> listing.pageAsJson(operation, query)));
  }

  @Post("/move")
  HttpResponse<?> move(HttpRequest<?> request, Caller caller) {
    RequestBody.requireAuthorization(request);
    var operation = new Operation(caller, "storage.object.move");
    var moved =
        RequestBody.withJson(
            request, ChangeRequest::journey, journey -> changes.move(operation, journey));
    return RequestBody.answer(
        RequestBody.object(
            "message",
            "Successfully moved",
            "Id",
            moved.id().toString(),
            "Key",
            moved.bucket() + '/' + moved.name()));
  }

  @Post("/copy")
  HttpResponse<?> copy(HttpRequest<?> request, Caller caller) {
    RequestBody.requireAuthorization(request);
    var operation = new Operation(caller, "storage.object.copy");
    return RequestBody.answer(
        RequestBody.withJson(
            request,
            body -> ChangeRequest.copy(body, clash(request), UploadBody.headerMetadata(request)),
            wish -> Changes.copied(changes.copy(operation, wish.journey(), wish.copy()))));
  }

  @Delete("/{bucket}/{+key}")
  HttpResponse<?> delete(HttpRequest<?> request, Caller caller) {
    RequestBody.requireAuthorization(request);
    var place = RequestPath.bucketKey(request, "/object/");
    changes.delete(new Operation(caller, "storage.object.delete"), place.bucket(), place.key());
    return RequestBody.message("Successfully deleted");
  }

  @Delete("/{bucket}")
  HttpResponse<?> deleteAll(HttpRequest<?> request, Caller caller) {
    RequestBody.requireAuthorization(request);
    var operation = new Operation(caller, "storage.object.delete_many");
    var bucket = RequestPath.name(request, "/object/");
    var gone =
        RequestBody.withJson(
            request, ChangeRequest::names, names -> changes.deleteAll(operation, bucket, names));
    return RequestBody.answer('[' + String.join(",", gone) + ']');
  }

  @Post("/sign/{bucket}/{+key}")
  HttpResponse<?> sign(HttpRequest<?> request, Caller caller) {
    RequestBody.requireAuthorization(request);
    var place = RequestPath.bucketKey(request, "/object/sign/");
    var operation = new Operation(caller, "storage.object.sign");
    return RequestBody.answer(
        RequestBody.withJson(
            request,
            Wish::read,
            wish -> signing.one(operation, place.bucket(), place.key(), wish)));
  }

  @Post("/sign/{bucket}")
  HttpResponse<?> signAll(HttpRequest<?> request, Caller caller) {
    RequestBody.requireAuthorization(request);
    var operation = new Operation(caller, "storage.object.sign_many");
    var bucket = RequestPath.name(request, "/object/sign/");
    return RequestBody.answer(
        RequestBody.withJson(
            request, ManyWish::read, wish -> signing.many(operation, bucket, wish)));
  }
}
