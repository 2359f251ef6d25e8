package io.stabbur.attack;

import static io.stabbur.attack.Files.OBJECT;
import static io.stabbur.attack.Files.attack;

import java.util.List;
import java.util.Map;

/// Changes of the Storage API over REST: uploads, copies, moves and deletions.
final class FileChanges implements Surface {
  @Override
  public String name() {
    return "storage write";
  }

  @Override
  public int weight() {
    return 5;
  }

  @Override
  public Attempt next(Scene scene, Dice dice) {
    var caller = scene.caller(dice);
    var places = new Places(scene, caller, dice);
    return switch (dice.below(9)) {
      case 0, 1 -> ownFiles(scene, dice);
      case 2, 3 -> upload(scene, caller, places, dice);
      case 4, 5, 6 -> carry(scene, caller, places, dice);
      default -> delete(scene, caller, places, dice);
    };
  }

  /// Stores a file in the caller's own folder and reads it.
  private static Attempt ownFiles(Scene scene, Dice dice) {
    var caller = scene.member(dice.of("mentor", "admin", "coordinator"), dice);
    var place = new Places(scene, caller, dice).ownNew();
    var request =
        Request.of("POST", OBJECT + place.path())
            .with("Content-Type", "image/png")
            .bytes(Operator.utf8(dice.word()));
    return Attempt.control("upload own", caller, caller.show(request))
        .then(
            _ ->
                Attempt.control(
                    "read own",
                    caller,
                    caller.show(Request.of("GET", OBJECT + "authenticated/" + place.path()))));
  }

  private static Attempt upload(Scene scene, Caller caller, Places places, Dice dice) {
    var place = places.any();
    var request =
        Request.of(dice.of("POST", "PUT"), OBJECT + place.path())
            .with("Content-Type", places.type(place.bucket()))
            .with("x-upsert", dice.of("true", "false"))
            .bytes(Operator.utf8(dice.word()));
    return attack("upload", scene, caller, request, dice);
  }

  /// A copy or a move, and a look at what has arrived.
  private static Attempt carry(Scene scene, Caller caller, Places places, Dice dice) {
    var way = dice.of("copy", "move");
    var from = dice.chance(70) ? places.file() : places.any();
    var to = dice.chance(60) ? places.ownNew() : places.any();
    var request =
        Request.of("POST", OBJECT + way)
            .with("x-upsert", dice.of("true", "false"))
            .json(Operator.json(places.journey(from, to)));
    return attack(way, scene, caller, request, dice)
        .then(
            _ ->
                attack(
                    "read after " + way,
                    scene,
                    caller,
                    Request.of("GET", OBJECT + "authenticated/" + to.path()),
                    dice));
  }

  private static Attempt delete(Scene scene, Caller caller, Places places, Dice dice) {
    var place = places.any();
    if (dice.chance(50)) {
      return attack("delete", scene, caller, Request.of("DELETE", OBJECT + place.path()), dice);
    }
    var names = List.of(place.key(), places.file().key(), places.prefix());
    var body = Operator.json(Map.of("prefixes", names));
    return attack(
        "delete many",
        scene,
        caller,
        Request.of("DELETE", OBJECT + place.bucket()).json(body),
        dice);
  }
}
