package io.stabbur.attack;

import io.stabbur.attack.Places.Place;
import io.stabbur.platform.crypto.Crypto;

/// Resumable uploads (tus): begun, continued, looked at and ended, one's own and others'.
final class Resumables implements Surface {
  private static final String PATH = "/storage/v1/upload/resumable";

  @Override
  public String name() {
    return "tus";
  }

  @Override
  public int weight() {
    return 3;
  }

  @Override
  public Attempt next(Scene scene, Dice dice) {
    if (dice.chance(20)) {
      var caller = scene.member(dice.of("mentor", "admin"), dice);
      var places = new Places(scene, caller, dice);
      var body = Operator.utf8(dice.word());
      return Attempt.control(
          "create own",
          caller,
          caller.show(creation(places.ownNew(), "image/png", body, body.length)));
    }
    var caller = scene.caller(dice);
    return dice.chance(45)
        ? create(scene, caller, new Places(scene, caller, dice), dice)
        : meddle(scene, caller, scene.thing(Things.RESUMABLE, caller, dice), dice);
  }

  private static Request creation(Place place, String type, byte[] body, int length) {
    return tus(Request.of("POST", PATH))
        .with("Upload-Length", Integer.toString(length))
        .with("Content-Type", "application/offset+octet-stream")
        .with(
            "Upload-Metadata",
            "bucketName %s,objectName %s,contentType %s"
                .formatted(
                    Shelf.base64(place.bucket()), Shelf.base64(place.key()), Shelf.base64(type)))
        .bytes(body);
  }

  private static Request tus(Request request) {
    return request.with("Tus-Resumable", "1.0.0");
  }

  /// Begins one and has somebody, perhaps somebody else, go on with it.
  private static Attempt create(Scene scene, Caller caller, Places places, Dice dice) {
    var place = dice.chance(40) ? places.ownNew() : places.any();
    var begun =
        creation(place, places.type(place.bucket()), new byte[0], 4)
            .with("x-upsert", dice.of("true", "false"));
    return Attempt.attack("create", caller, scene.sent(caller, begun, dice))
        .then(
            answer -> {
              var location = String.valueOf(answer.header("Location"));
              var path = location.substring(Math.max(0, location.indexOf("/storage")));
              var other = dice.chance(60) ? caller : scene.caller(dice);
              var part =
                  tus(Request.of(dice.of("PATCH", "PATCH", "HEAD", "DELETE"), path))
                      .with("Upload-Offset", "0")
                      .with("Content-Type", "application/offset+octet-stream")
                      .bytes(Operator.utf8("abcd"));
              return Attempt.attack("go on", other, scene.sent(other, part, dice));
            });
  }

  private static Attempt meddle(Scene scene, Caller caller, Things.Thing upload, Dice dice) {
    var id = upload.value("bucket_id") + '/' + upload.value("name") + '/' + upload.value("version");
    var sign = dice.chance(20) ? "/sign" : "";
    var request =
        tus(
            Request.of(
                dice.of("HEAD", "PATCH", "DELETE", "PUT"),
                PATH + sign + '/' + Crypto.base64Url(Operator.utf8(id))));
    if (!request.reads()) {
      request =
          request
              .with("Upload-Offset", "0")
              .with("Content-Type", "application/offset+octet-stream")
              .bytes(Operator.utf8("abcd"));
    }
    if (!sign.isEmpty()) {
      request = request.with("x-signature", String.valueOf(caller.token()));
    }
    return Attempt.attack("meddle", caller, scene.sent(caller, request, dice));
  }
}
