package io.stabbur.attack;

import static io.stabbur.attack.S3Protocol.PATH;

import io.stabbur.attack.Places.Place;
import io.stabbur.attack.Request.Header;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Permissions that a program with the project's own keys hands to a member, each for one file in
/// the member's own folder: presigned addresses, signed headers, form policies. The member uses
/// them, and tries to get more out of them.
final class HandedLinks implements Surface {
  private static final String BOUNDARY = "kant";
  private static final String FILE =
      """

      Content-Disposition: form-data; name="file"; filename="f.png"
      Content-Type: image/png

      """
          .replace("\n", "\r\n");

  @Override
  public String name() {
    return "s3 handed links";
  }

  @Override
  public int weight() {
    return 3;
  }

  @Override
  public Attempt next(Scene scene, Dice dice) {
    var caller = scene.member(dice.of("mentor", "admin", "coordinator"), dice);
    var places = new Places(scene, caller, dice);
    return switch (dice.below(6)) {
      case 0 -> used(scene, caller, places, dice);
      case 1, 2 -> address(scene, caller, places, dice);
      case 3 -> headers(scene, caller, places, dice);
      default -> form(scene, caller, places, dice);
    };
  }

  private static Request put(Place place, Dice dice) {
    return Request.of("PUT", PATH + place.path())
        .with("Content-Type", "image/png")
        .bytes(Operator.utf8(dice.word()));
  }

  private static Attempt used(Scene scene, Caller caller, Places places, Dice dice) {
    var signer = scene.world().serviceSigner();
    return Attempt.control(
        "put by address", caller, signer.presigned(put(places.ownNew(), dice), 600));
  }

  private static Attempt address(Scene scene, Caller caller, Places places, Dice dice) {
    var signer = scene.world().serviceSigner();
    var link =
        dice.chance(70)
            ? signer.presigned(put(places.ownNew(), dice), 600)
            : signer.presigned(Request.of("GET", PATH + places.ownFile().path()), 600);
    return Attempt.attack("address", caller, more(link, places, dice));
  }

  /// A request signed in headers, all `x-amz-*` but the new ones among the signed.
  private static Attempt headers(Scene scene, Caller caller, Places places, Dice dice) {
    var signer = scene.world().serviceSigner();
    return Attempt.attack(
        "headers", caller, more(signer.signed(put(places.ownNew(), dice)), places, dice));
  }

  /// What a holder may add or change without knowing a secret.
  private static Request more(Request link, Places places, Dice dice) {
    if (dice.chance(50)) {
      var copied = link.with("x-amz-copy-source", places.file().path());
      return dice.chance(50) ? copied.bytes(new byte[0]) : copied;
    }
    if (dice.chance(30)) {
      var query = link.target().substring(link.target().indexOf('?') + 1);
      return link.to(PATH + places.file().path() + '?' + query);
    }
    return S3Tampering.changed(link, dice);
  }

  /// A form for a key in the own folder, sent with other fields or to another bucket.
  private static Attempt form(Scene scene, Caller caller, Places places, Dice dice) {
    boolean honest = dice.chance(30);
    var own = places.ownNew();
    var folder = own.key().substring(0, own.key().lastIndexOf('/') + 1);
    var bucket =
        honest || dice.chance(50) ? List.<Object>of(Map.of("bucket", own.bucket())) : List.of();
    var conditions = new ArrayList<Object>(bucket);
    conditions.add(List.of("starts-with", "$key", folder));
    conditions.add(Map.of("x-amz-algorithm", "AWS4-HMAC-SHA256"));
    conditions.add(List.of("starts-with", "$x-amz-credential", ""));
    conditions.add(List.of("starts-with", "$x-amz-date", ""));
    conditions.add(List.of("starts-with", "$Content-Type", "image/"));
    var signed = scene.world().serviceSigner().form(Operator.json(conditions));
    var key =
        honest
            ? own.key()
            : dice.of(own.key(), places.file().key(), folder + "../" + places.file().key());
    var to = honest || dice.chance(50) ? own.bucket() : places.bucket();
    var text = new StringBuilder();
    part(text, "key", key);
    part(text, "Content-Type", "image/png");
    for (Header each : signed) {
      part(text, each.name(), each.value());
    }
    if (!honest && dice.chance(40)) {
      part(
          text,
          dice.of("x-amz-copy-source", "x-ignore-key", "Key", "success_action_redirect", "acl"),
          places.file().path());
    }
    text.append("--").append(BOUNDARY).append(FILE);
    text.append(dice.word()).append("\r\n--").append(BOUNDARY).append("--\r\n");
    var request =
        new Request(
            "POST",
            PATH + to,
            List.of(new Header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)),
            Operator.utf8(text.toString()));
    return honest
        ? Attempt.control("form", caller, request)
        : Attempt.attack("form", caller, request);
  }

  private static void part(StringBuilder text, String name, String value) {
    text.append("--").append(BOUNDARY).append("\r\nContent-Disposition: form-data; name=\"");
    text.append(name).append("\"\r\n\r\n").append(value).append("\r\n");
  }
}
