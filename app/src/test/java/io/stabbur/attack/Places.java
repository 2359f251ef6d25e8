package io.stabbur.attack;

import io.stabbur.attack.Things.Thing;
import java.util.Map;

/// Buckets and keys that requests name: of the caller, of others, of nobody, and spelt so that a
/// careless reader takes one for the other.
record Places(Scene scene, Caller caller, Dice dice) {
  record Place(String bucket, String key) {
    /// As it stands in an address.
    String path() {
      return bucket + '/' + key;
    }
  }

  /// An existing file.
  Place file() {
    return of(scene.thing(Things.FILE, caller, dice));
  }

  Place ownFile() {
    return of(scene.ownThing(Things.FILE, caller, dice));
  }

  private Place of(Thing thing) {
    return thing.values().isEmpty()
        ? new Place(bucket(), S3Signer.encodePath(folder() + '/' + dice.word()))
        : new Place(thing.value("bucket_id"), thing.value("name"));
  }

  String bucket() {
    var any = scene.world().things().of(Things.FILE);
    return dice.chance(97)
        ? dice.one(any).value("bucket_id")
        : dice.of("nowhere", "..", "receipts%2f..");
  }

  /// A folder in which somebody may write: a person's, or an assignment's.
  String folder() {
    var second = dice.chance(70) ? Things.USER : "assignments";
    return scene.organization(caller, dice) + '/' + scene.id(second, caller, dice);
  }

  /// A new file in the caller's own folder.
  Place ownNew() {
    if (caller.homes().isEmpty()) {
      return new Place(bucket(), folder() + '/' + dice.word());
    }
    var slug = dice.one(caller.homes().stream().sorted().toList());
    var person = scene.world().people().get(caller.person());
    var folder =
        scene.organizationId(slug)
            + '/'
            + (person == null ? scene.id(Things.USER, caller, dice) : person.id());
    return new Place(dice.of("receipts", "certificates", "avatars"), folder + '/' + dice.word());
  }

  /// A new file somewhere.
  Place anyNew() {
    return new Place(bucket(), folder() + '/' + dice.word());
  }

  /// Any of these, sometimes in another spelling.
  Place any() {
    var place =
        switch (dice.below(10)) {
          case 0, 1, 2, 3, 4 -> file();
          case 5, 6 -> ownFile();
          case 7, 8 -> ownNew();
          default -> anyNew();
        };
    return dice.chance(10) ? misspelt(place) : place;
  }

  /// Ways out of the caller's own folder, if a path is read twice or in two ways.
  private Place misspelt(Place place) {
    var own = ownNew();
    return switch (dice.below(8)) {
      case 0 -> new Place(place.bucket(), place.key().replace("/", "%2F"));
      case 1 -> new Place(own.bucket(), own.key() + "/../../../" + place.key());
      case 2 -> new Place(own.bucket(), own.key() + "%2F..%2F..%2F..%2F" + place.key());
      case 3 -> new Place(place.bucket(), place.key().replaceFirst("/", "//"));
      case 4 -> new Place(own.bucket(), own.key() + "%00" + place.key());
      case 5 -> new Place(place.bucket(), place.key().toUpperCase(java.util.Locale.ROOT));
      case 6 -> new Place(place.bucket() + "%2F" + own.key(), place.key());
      default ->
          new Place(place.bucket(), place.key() + dice.of("/", "%20", "?download", ";x", "%"));
    };
  }

  /// The beginning of a key: an organisation, a folder, part of either, or nothing.
  String prefix() {
    return switch (dice.below(6)) {
      case 0 -> "";
      case 1 -> scene.organization(caller, dice);
      case 2 -> scene.organization(caller, dice) + '/';
      case 3 -> scene.organization(caller, dice).substring(0, 1 + dice.below(8));
      case 4 -> dice.of("%", "_", "*", "..", "../", "\\");
      default -> folder();
    };
  }

  /// A type that the bucket takes, mostly.
  String type(String bucket) {
    return switch (bucket) {
      case "receipts", "certificates", "avatars" ->
          dice.of("image/png", "image/jpeg", "image/png", "text/html");
      default -> dice.of("text/plain", "application/pdf", "image/png");
    };
  }

  /// The body of a request that copies or moves.
  Map<String, Object> journey(Place from, Place to) {
    return Map.of(
        "bucketId", from.bucket(),
        "sourceKey", from.key(),
        "destinationBucket", to.bucket(),
        "destinationKey", to.key());
  }
}
