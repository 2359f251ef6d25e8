package io.stabbur.attack;

import io.stabbur.attack.Places.Place;
import java.util.List;

/// The S3 protocol: every operation with people's sessions, signed in headers and in addresses, and
/// changed after it was signed.
final class S3Protocol implements Surface {
  static final String PATH = "/storage/v1/s3/";

  @Override
  public String name() {
    return "s3";
  }

  @Override
  public int weight() {
    return 10;
  }

  @Override
  public Attempt next(Scene scene, Dice dice) {
    if (dice.chance(15)) {
      return own(scene, dice);
    }
    var caller = scene.caller(dice);
    var signer = signer(scene, caller, dice);
    var operation = S3Operation.any(scene, new Places(scene, caller, dice), dice);
    var sent = signed(signer, operation.request(), dice);
    var attempt = Attempt.attack(operation.name(), caller, sent);
    return operation.name().equals("create upload")
        ? attempt.then(answer -> goOn(scene, caller, operation.place(), answer, dice))
        : attempt;
  }

  /// What a client of one's own does.
  private static Attempt own(Scene scene, Dice dice) {
    var caller = scene.member(dice.of("mentor", "admin", "coordinator"), dice);
    var place = new Places(scene, caller, dice).ownNew();
    var put =
        Request.of("PUT", PATH + place.path())
            .with("Content-Type", "image/png")
            .bytes(Operator.utf8(dice.word()));
    var signer = scene.world().signer(String.valueOf(caller.token()));
    return Attempt.control("put own", caller, signer.signed(put))
        .then(
            _ ->
                Attempt.control(
                    "get own",
                    caller,
                    signer.presigned(Request.of("GET", PATH + place.path()), 60)));
  }

  /// With what a caller signs: its session; sometimes with keys it should not have.
  private static S3Signer signer(Scene scene, Caller caller, Dice dice) {
    var token = caller.token();
    var own = scene.world().signer(token == null ? "" : token);
    return switch (dice.below(24)) {
      case 0 -> new S3Signer(own.host(), own.accessKey(), "guessed", own.token());
      case 1 ->
          new S3Signer(
              own.host(), scene.world().serviceSigner().accessKey(), own.secret(), own.token());
      case 2 -> new S3Signer(own.host(), own.accessKey(), own.secret(), null);
      case 3 -> new S3Signer(own.host(), "nobody", own.secret(), own.token());
      case 4 -> scene.world().signer(scene.world().server().project().keys().anonKey().reveal());
      default -> own;
    };
  }

  private static Request signed(S3Signer signer, Request request, Dice dice) {
    boolean presigned = dice.chance(35);
    if (!dice.chance(30)) {
      return presigned ? signer.presigned(request, 600) : signer.signed(request);
    }
    return presigned
        ? S3Tampering.changed(signer.presigned(request, dice.of(600, 604_800)), dice)
        : S3Tampering.changed(
            signer.signed(request, dice.of(List.of(), List.of("x-amz-copy-source"))), dice);
  }

  /// Parts of an upload that was begun, copied from elsewhere or sent, then put together.
  private static Attempt goOn(Scene scene, Caller caller, Place place, Answer begun, Dice dice) {
    var id = begun.text().replaceAll("(?s).*<UploadId>|</UploadId>.*", "");
    var signer = signer(scene, caller, dice);
    var places = new Places(scene, caller, dice);
    var part = Request.of("PUT", PATH + place.path() + "?partNumber=1&uploadId=" + id);
    var request =
        dice.chance(50)
            ? part.with("x-amz-copy-source", places.file().path())
            : part.bytes(Operator.utf8(dice.word()));
    return Attempt.attack("part", caller, signer.signed(request))
        .then(
            answer -> {
              var etag = answer.header("ETag");
              var tag =
                  etag != null ? etag : answer.text().replaceAll("(?s).*<ETag>|</ETag>.*", "");
              var xml =
                  "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>%s</ETag></Part></CompleteMultipartUpload>"
                      .formatted(tag);
              var complete = Request.of("POST", PATH + place.path() + "?uploadId=" + id);
              return Attempt.attack(
                      "complete", caller, signer.signed(complete.bytes(Operator.utf8(xml))))
                  .then(
                      _ ->
                          Attempt.attack(
                              "get completed",
                              caller,
                              signer.signed(Request.of("GET", PATH + place.path()))));
            });
  }
}
