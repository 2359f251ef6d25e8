package io.stabbur.attack;

/// Changes to a request after it was signed.
final class S3Tampering {
  private S3Tampering() {}

  static Request changed(Request request, Dice dice) {
    return switch (dice.below(9)) {
      case 0 -> request.by(dice.of("GET", "PUT", "POST", "DELETE", "HEAD"));
      case 1 ->
          request.with(
              "x-amz-" + dice.of("acl", "meta-note", "tagging", "security-token", "date"),
              dice.word());
      case 2 ->
          request.to(
              request.target()
                  + dice.of("&uploads", "&uploadId=" + dice.uuid(), "&tagging", "&versionId=1"));
      case 3 -> request.to(request.target().replaceFirst("Expires=\\d+", "Expires=604800"));
      case 4 -> request.to(request.target().replaceFirst("X-Amz-Security-Token=[^&]*&", ""));
      case 5 -> request.to(request.target() + "&X-Amz-Signature=" + "0".repeat(64));
      case 6 -> request.without("x-amz-security-token");
      case 7 -> request.without("x-amz-content-sha256").bytes(Operator.utf8(dice.word()));
      default -> request.with("Host", "other.example");
    };
  }
}
