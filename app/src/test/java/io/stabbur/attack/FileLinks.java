package io.stabbur.attack;

import static io.stabbur.attack.Files.OBJECT;
import static io.stabbur.attack.Files.attack;

import io.stabbur.platform.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Signed addresses of the Storage API, for reading and for uploading, used for other paths than
/// they were made for.
final class FileLinks implements Surface {
  @Override
  public String name() {
    return "storage links";
  }

  @Override
  public int weight() {
    return 3;
  }

  @Override
  public Attempt next(Scene scene, Dice dice) {
    var caller = scene.caller(dice);
    var places = new Places(scene, caller, dice);
    return dice.chance(60)
        ? sign(scene, caller, places, dice)
        : signUpload(scene, caller, places, dice);
  }

  /// Signs an address and opens it, or another one with its token.
  private static Attempt sign(Scene scene, Caller caller, Places places, Dice dice) {
    var place = dice.chance(40) ? places.ownFile() : places.any();
    if (dice.chance(30)) {
      var paths = new ArrayList<>(List.of(place.key()));
      paths.add(places.file().key());
      var body = Operator.json(Map.of("expiresIn", 60, "paths", paths));
      return attack(
          "sign many",
          scene,
          caller,
          Request.of("POST", OBJECT + "sign/" + place.bucket()).json(body),
          dice);
    }
    var request =
        Request.of("POST", OBJECT + "sign/" + place.path())
            .json("{\"expiresIn\": 60" + dice.of("", "", ", \"transform\": {\"width\": 4}") + '}');
    return attack("sign", scene, caller, request, dice)
        .then(answer -> open(scene, caller, places, answer, dice));
  }

  private static Attempt open(Scene scene, Caller caller, Places places, Answer answer, Dice dice) {
    var url = Operator.text(Json.parse(answer.text()), "signedURL");
    var token = url.substring(url.indexOf('?') + 1);
    var target =
        switch (dice.below(4)) {
          case 0 -> url;
          case 1 -> "/object/sign/" + places.file().path() + '?' + token;
          case 2 -> "/render/image/sign/" + places.file().path() + '?' + token;
          default -> "/object/sign/" + places.any().path() + '?' + token + "&" + token;
        };
    // whoever holds the link has the signer's right to one file
    return attack("open signed", scene, caller, Request.of("GET", "/storage/v1" + target), dice);
  }

  /// Has an upload signed, and uploads there or elsewhere.
  private static Attempt signUpload(Scene scene, Caller caller, Places places, Dice dice) {
    var place = dice.chance(60) ? places.ownNew() : places.any();
    var request =
        Request.of("POST", OBJECT + "upload/sign/" + place.path())
            .with("x-upsert", dice.of("true", "false"));
    return attack("sign upload", scene, caller, request, dice)
        .then(
            answer -> {
              var url = Operator.text(Json.parse(answer.text()), "url");
              var token = url.substring(url.indexOf('?'));
              var there = dice.chance(40) ? place : places.any();
              var way = dice.chance(90) ? "PUT" : "GET";
              var path = dice.chance(90) ? "upload/sign/" : "sign/";
              return attack(
                  "upload signed",
                  scene,
                  caller,
                  Request.of(way, OBJECT + path + there.path() + token)
                      .with("Content-Type", "image/png")
                      .bytes(Operator.utf8(dice.word())),
                  dice);
            });
  }
}
