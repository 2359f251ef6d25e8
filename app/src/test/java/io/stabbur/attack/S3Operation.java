package io.stabbur.attack;

import static io.stabbur.attack.S3Protocol.PATH;

import io.stabbur.attack.Places.Place;

/// One operation of the S3 protocol, not signed yet.
record S3Operation(String name, Place place, Request request) {
  static S3Operation any(Scene scene, Places places, Dice dice) {
    var place = S3Operation.encoded(places.any());
    return switch (dice.below(20)) {
      case 0 ->
          new S3Operation(
              "list buckets", place, Request.of("GET", "/storage/v1/s3" + dice.of("", "/")));
      case 1, 2 -> list(places, place, dice);
      case 3 -> uploads(places, place, dice);
      case 4, 5 -> get(place, dice);
      case 6 -> object("head", "HEAD", place, "");
      case 7, 8 -> put(places, place, dice);
      case 9, 10, 11 -> copy(places, dice);
      case 12 -> object("delete", "DELETE", place, "");
      case 13 -> deleteMany(places, place, dice);
      case 14, 15 -> create(places, dice);
      case 16, 17 -> foreignUpload(scene, places, dice);
      case 18 -> bucket(place, dice);
      default -> object("tagging", "GET", place, "?tagging");
    };
  }

  private static Place encoded(Place place) {
    return place.key().contains("%")
        ? place
        : new Place(place.bucket(), S3Signer.encodePath(place.key()));
  }

  private static S3Operation object(String name, String method, Place place, String query) {
    return new S3Operation(name, place, Request.of(method, PATH + place.path() + query));
  }

  private static S3Operation list(Places places, Place place, Dice dice) {
    var query =
        "?prefix="
            + S3Signer.encode(places.prefix())
            + dice.of(
                "",
                "&list-type=2",
                "&delimiter=%2F",
                "&list-type=2&delimiter=%2F",
                "&max-keys=1",
                "&list-type=2&start-after=0");
    return new S3Operation("list", place, Request.of("GET", PATH + places.bucket() + query));
  }

  private static S3Operation uploads(Places places, Place place, Dice dice) {
    var query =
        "?uploads"
            + dice.of("", "", "&prefix=" + S3Signer.encode(places.prefix()), "&max-uploads=1");
    return new S3Operation(
        "list uploads", place, Request.of("GET", PATH + places.bucket() + query));
  }

  private static S3Operation get(Place place, Dice dice) {
    var query =
        dice.of(
            "",
            "",
            "",
            "?response-content-type=text%2Fhtml",
            "?versionId=null",
            "?acl",
            "?policy",
            "?attributes");
    var get = object("get", "GET", place, query);
    return dice.chance(15)
        ? new S3Operation("get", place, get.request().with("Range", "bytes=0-3"))
        : get;
  }

  private static S3Operation put(Places places, Place place, Dice dice) {
    var put = object("put", "PUT", place, "");
    return new S3Operation(
        "put",
        place,
        put.request()
            .with("Content-Type", places.type(place.bucket()))
            .bytes(Operator.utf8(dice.word())));
  }

  private static S3Operation copy(Places places, Dice dice) {
    var to = encoded(dice.chance(70) ? places.ownNew() : places.any());
    var from = dice.chance(80) ? places.file() : places.any();
    var request =
        Request.of("PUT", PATH + to.path())
            .with("x-amz-copy-source", dice.of("", "/") + from.path())
            .with("x-amz-metadata-directive", dice.of("COPY", "REPLACE"))
            .with("Content-Type", places.type(to.bucket()));
    return new S3Operation("copy", to, request);
  }

  private static S3Operation deleteMany(Places places, Place place, Dice dice) {
    var xml = new StringBuilder("<Delete>");
    for (int left = 1 + dice.below(3); left > 0; left--) {
      xml.append("<Object><Key>").append(places.file().key()).append("</Key></Object>");
    }
    xml.append("<Quiet>").append(dice.of("true", "false")).append("</Quiet></Delete>");
    var request =
        Request.of("POST", PATH + place.bucket() + "?delete").bytes(Operator.utf8(xml.toString()));
    return new S3Operation("delete many", place, request);
  }

  private static S3Operation create(Places places, Dice dice) {
    var place = encoded(dice.chance(60) ? places.ownNew() : places.any());
    var create = object("create upload", "POST", place, "?uploads");
    return new S3Operation(
        "create upload", place, create.request().with("Content-Type", places.type(place.bucket())));
  }

  /// Somebody's unfinished upload: its parts listed, one added, all of it completed or given up.
  private static S3Operation foreignUpload(Scene scene, Places places, Dice dice) {
    var upload = scene.thing(Things.MULTIPART, places.caller(), dice);
    var place =
        upload.values().isEmpty()
            ? encoded(places.ownFile())
            : new Place(upload.value("bucket_id"), upload.value("key"));
    var id = "uploadId=" + (upload.values().isEmpty() ? dice.uuid() : upload.value("id"));
    return switch (dice.below(5)) {
      case 0, 1 -> object("list parts", "GET", place, '?' + id);
      case 2 -> object("abort", "DELETE", place, '?' + id);
      case 3 -> {
        var xml =
            "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>x</ETag></Part></CompleteMultipartUpload>";
        var complete = object("complete foreign", "POST", place, '?' + id);
        yield new S3Operation(
            "complete foreign", place, complete.request().bytes(Operator.utf8(xml)));
      }
      default -> {
        var part =
            object(
                "part of foreign", "PUT", place, "?partNumber=" + (1 + dice.below(2)) + '&' + id);
        yield new S3Operation(
            "part of foreign", place, part.request().bytes(Operator.utf8(dice.word())));
      }
    };
  }

  private static S3Operation bucket(Place place, Dice dice) {
    var request =
        switch (dice.below(5)) {
          case 0 -> Request.of("HEAD", PATH + place.bucket());
          case 1 -> Request.of("GET", PATH + place.bucket() + dice.of("?location", "?versioning"));
          case 2 -> Request.of("PUT", PATH + dice.word());
          case 3 -> Request.of("DELETE", PATH + place.bucket());
          default ->
              Request.of(
                  "GET",
                  PATH + place.bucket() + dice.of("?acl", "?policy", "?lifecycle", "?versions"));
        };
    return new S3Operation("bucket", place, request);
  }
}
