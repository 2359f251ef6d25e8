package io.stabbur.storage.object;

import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Head;
import io.micronaut.http.annotation.Produces;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.identity.Caller;
import io.stabbur.storage.Operation;
import io.stabbur.storage.RequestBody;
import io.stabbur.storage.RequestPath;
import io.stabbur.storage.object.SignedToken.Scope;

/// `/object` for reading: bytes and what is known of them, for callers, for everybody, and for
/// bearers of signed addresses.
@Controller("/storage/v1/object")
@Produces(MediaType.ALL)
@ExecuteOn(TaskExecutors.BLOCKING)
final class ObjectReadController {
  private final Reads reads;
  private final SignedAddresses signed;
  private final ObjectReply reply;

  ObjectReadController(Reads reads, SignedAddresses signed, ObjectReply reply) {
    this.reads = reads;
    this.signed = signed;
    this.reply = reply;
  }

  @Get(uri = "/authenticated/{bucket}/{+key}", headRoute = false)
  HttpResponse<?> authenticated(HttpRequest<?> request, Caller caller) {
    RequestBody.requireAuthorization(request);
    var place = RequestPath.bucketKey(request, "/object/authenticated/");
    var operation = new Operation(caller, "storage.object.get_authenticated");
    return reply.serve(
        request, caller.project(), reads.asCaller(operation, place.bucket(), place.key()), null);
  }

  @Head("/authenticated/{bucket}/{+key}")
  HttpResponse<?> authenticatedHead(HttpRequest<?> request, Caller caller) {
    return authenticated(request, caller);
  }

  @Get(uri = "/public/{bucket}/{+key}", headRoute = false)
  HttpResponse<?> open(HttpRequest<?> request, Caller caller) {
    var place = RequestPath.bucketKey(request, "/object/public/");
    return reply.serve(
        request,
        caller.project(),
        reads.asPublic(caller.project(), place.bucket(), place.key()),
        null);
  }

  @Head("/public/{bucket}/{+key}")
  HttpResponse<?> openHead(HttpRequest<?> request, Caller caller) {
    return open(request, caller);
  }

  @Get(uri = "/sign/{bucket}/{+key}", headRoute = false)
  HttpResponse<?> signed(HttpRequest<?> request, Caller caller) {
    var place = RequestPath.bucketKeyOfLink(request, "/object/sign/");
    var token = signed.of(request, caller.project(), Scope.DOWNLOAD, place).requireWhole();
    return reply.serve(
        request,
        caller.project(),
        reads.asKeeper(caller.project(), place.bucket(), place.key()),
        token.expiry());
  }

  @Head("/sign/{bucket}/{+key}")
  HttpResponse<?> signedHead(HttpRequest<?> request, Caller caller) {
    return signed(request, caller);
  }

  @Get(uri = "/{bucket}/{+key}", headRoute = false)
  HttpResponse<?> any(HttpRequest<?> request, Caller caller) {
    var place = RequestPath.bucketKey(request, "/object/");
    return reply.serve(
        request,
        caller.project(),
        find(request, caller, place, "storage.object.get_authenticated"),
        null);
  }

  @Head("/{bucket}/{+key}")
  HttpResponse<?> anyHead(HttpRequest<?> request, Caller caller) {
    return any(request, caller);
  }

  private StoredObject find(
      HttpRequest<?> request, Caller caller, RequestPath.BucketKey place, String name) {
    var operation = new Operation(caller, name);
    return RequestBody.hasAuthorization(request)
        ? reads.asCaller(operation, place.bucket(), place.key())
        : reads.open(operation, place.bucket(), place.key());
  }

  /// wire: the original's names of these two lack the prefix of all others
  private static String infoOperation(HttpRequest<?> request) {
    return request.getMethod() == HttpMethod.HEAD
        ? "object.head_authenticated_info"
        : "object.get_authenticated_info";
  }

  @Get(uri = "/info/{bucket}/{+key}", headRoute = false)
  HttpResponse<?> known(HttpRequest<?> request, Caller caller) {
    var place = RequestPath.bucketKey(request, "/object/info/");
    return InfoReply.of(request, find(request, caller, place, infoOperation(request)));
  }

  @Head("/info/{bucket}/{+key}")
  HttpResponse<?> knownHead(HttpRequest<?> request, Caller caller) {
    return known(request, caller);
  }

  @Get(uri = "/info/authenticated/{bucket}/{+key}", headRoute = false)
  HttpResponse<?> knownAuthenticated(HttpRequest<?> request, Caller caller) {
    RequestBody.requireAuthorization(request);
    var place = RequestPath.bucketKey(request, "/object/info/authenticated/");
    return InfoReply.of(request, find(request, caller, place, infoOperation(request)));
  }

  @Head("/info/authenticated/{bucket}/{+key}")
  HttpResponse<?> knownAuthenticatedHead(HttpRequest<?> request, Caller caller) {
    return knownAuthenticated(request, caller);
  }

  @Get(uri = "/info/public/{bucket}/{+key}", headRoute = false)
  HttpResponse<?> knownPublic(HttpRequest<?> request, Caller caller) {
    var place = RequestPath.bucketKey(request, "/object/info/public/");
    return InfoReply.of(request, reads.asPublic(caller.project(), place.bucket(), place.key()));
  }

  @Head("/info/public/{bucket}/{+key}")
  HttpResponse<?> knownPublicHead(HttpRequest<?> request, Caller caller) {
    return knownPublic(request, caller);
  }
}
