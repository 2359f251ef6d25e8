package io.stabbur.attack;

import java.util.Map;

/// Reads of the Storage API over REST: bytes, what is known of them, lists, rendered images,
/// buckets, and paths of one route under another.
final class Files implements Surface {
  static final String OBJECT = "/storage/v1/object/";

  @Override
  public String name() {
    return "storage read";
  }

  @Override
  public int weight() {
    return 6;
  }

  @Override
  public Attempt next(Scene scene, Dice dice) {
    var caller = scene.caller(dice);
    var places = new Places(scene, caller, dice);
    return switch (dice.below(10)) {
      case 0, 1, 2, 3 -> read(scene, caller, places, dice);
      case 4, 5, 6 -> list(scene, caller, places, dice);
      case 7 -> mixedUp(scene, caller, places, dice);
      case 8 -> render(scene, caller, places, dice);
      default -> bucket(scene, caller, places, dice);
    };
  }

  static Attempt attack(String operation, Scene scene, Caller caller, Request request, Dice dice) {
    return Attempt.attack(operation, caller, scene.sent(caller, request, dice));
  }

  private static Attempt read(Scene scene, Caller caller, Places places, Dice dice) {
    var way =
        dice.of("authenticated/", "", "public/", "info/", "info/authenticated/", "info/public/");
    var request =
        Request.of(
            dice.chance(20) ? "HEAD" : "GET",
            OBJECT + way + places.any().path() + dice.of("", "", "?download=x"));
    if (dice.chance(15)) {
      request = request.with("Range", dice.of("bytes=0-3", "bytes=-5", "bytes=9999-"));
    }
    return attack("read " + way, scene, caller, request, dice);
  }

  private static Attempt list(Scene scene, Caller caller, Places places, Dice dice) {
    boolean second = dice.chance(50);
    Map<String, Object> body =
        second
            ? Map.of(
                "prefix", places.prefix(),
                "limit", dice.of(1, 10, 1000),
                "with_delimiter", dice.chance(50),
                "sortBy", Map.of("column", dice.of("name", "created_at"), "order", "asc"))
            : Map.of(
                "prefix", places.prefix(),
                "limit", dice.of(1, 10, 1000),
                "offset", dice.of(0, 0, 1),
                "search", dice.of("", "", "a", "%"));
    var path = OBJECT + (second ? "list-v2/" : "list/") + places.bucket();
    return attack(
        second ? "list-v2" : "list",
        scene,
        caller,
        Request.of("POST", path).json(Operator.json(body)),
        dice);
  }

  private static Attempt render(Scene scene, Caller caller, Places places, Dice dice) {
    var path = dice.of("authenticated/", "public/", "sign/") + places.any().path();
    return attack(
        "render",
        scene,
        caller,
        Request.of("GET", "/storage/v1/render/image/" + path + "?width=4&token=x"),
        dice);
  }

  /// One route's path under another route's prefix.
  private static Attempt mixedUp(Scene scene, Caller caller, Places places, Dice dice) {
    var first =
        dice.of(
            "info",
            "sign",
            "public",
            "authenticated",
            "upload/sign",
            "list",
            "copy",
            "move",
            "list-v2");
    var second = dice.of("", "/..", "/public/..", "/%2e%2e", "//");
    var request =
        Request.of(
            dice.of("GET", "POST", "PUT", "DELETE", "HEAD", "PATCH"),
            OBJECT + first + second + '/' + places.any().path());
    return attack("mixed up", scene, caller, request.json("{}"), dice);
  }

  private static Attempt bucket(Scene scene, Caller caller, Places places, Dice dice) {
    var id = places.bucket();
    var bucket = "/storage/v1/bucket";
    var request =
        switch (dice.below(8)) {
          case 0 -> Request.of("GET", bucket + dice.of("", "?search=a", "?limit=1"));
          case 1 -> Request.of("GET", bucket + '/' + id);
          case 2 ->
              Request.of("POST", bucket).json("{\"name\":\"" + dice.word() + "\",\"public\":true}");
          case 3 -> Request.of("PUT", bucket + '/' + id).json("{\"public\":true}");
          case 4 -> Request.of("DELETE", bucket + '/' + id);
          case 5 -> Request.of("POST", bucket + '/' + id + "/empty");
          case 6 -> Request.of("GET", "/storage/v1/rules/" + id + dice.of("", "/log"));
          default -> Request.of("PUT", "/storage/v1/rules/" + id).json("{\"legal_hold\":true}");
        };
    return attack("bucket", scene, caller, request, dice);
  }
}
