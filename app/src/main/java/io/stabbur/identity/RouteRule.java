package io.stabbur.identity;

import java.util.Set;

/// How the gateway treats the requests under one path. The rule with the longest path decides, and
/// under one path a rule that names the method before one that names none.
///
/// @param path the first segments of the path, such as `/auth/v1`; empty means every path
/// @param methods the HTTP methods it is for; empty means all
/// @param access what a request must bring
/// @param tokens how the token in the header `Authorization` is treated
/// @param body how large a body may be
/// @param organization whether the header of the active organisation is read
/// @param crossOrigin who answers pages of other origins
/// @param loggedSegments how many segments of a path the access log shows; what follows may name
///   persons or their files
/// @param expiry whether a token may be a little older than it says
public record RouteRule(
    String path,
    Set<String> methods,
    Access access,
    Tokens tokens,
    Body body,
    Organization organization,
    CrossOrigin crossOrigin,
    int loggedSegments,
    Expiry expiry) {

  /// What a request must bring to be let in.
  public enum Access {
    /// An API key.
    API_KEY,
    /// Nothing; a key or token that is sent is verified.
    OPTIONAL,
    /// Nothing; a key of the project names the caller, any other is left to the room.
    UNCHECKED,
    /// Nothing, and no caller is looked for.
    PUBLIC
  }

  /// How the token of a request is treated.
  public enum Tokens {
    /// Verified with the project's keys and those of trusted issuers; an invalid one is refused.
    VERIFIED,
    /// Verified with the project's own keys only; an invalid one is refused.
    OWN,
    /// As [#OWN], but an invalid one counts as none: clients send the session they have along, also
    /// to get a new one when it has expired.
    OWN_IF_VALID,
    /// As [#VERIFIED], but an invalid one counts as none: the room judges it itself.
    VERIFIED_IF_VALID,
    /// Ignored: the address carries its own permission, or needs none.
    IGNORED
  }

  /// When a token ends.
  public enum Expiry {
    /// Half a minute after its `exp`, since clocks differ.
    FORGIVING,
    /// At its `exp`.
    EXACT
  }

  /// How large a body may be.
  public enum Body {
    /// Up to the gateway's limit.
    BUFFERED,
    /// Up to 1 MiB, with a declared length.
    SMALL,
    /// As [#SMALL]; without a declared length it is buffered up to the gateway's limit, and the
    /// room refuses what is more than 1 MiB.
    COUNTED,
    /// Any size: the room streams the body and has limits of its own.
    STREAMED
  }

  /// Whether the header of the active organisation is read.
  public enum Organization {
    READ,
    IGNORED
  }

  /// Who answers preflights and adds the headers that pages of other origins need.
  public enum CrossOrigin {
    /// The gateway.
    GATEWAY,
    /// The room: the gateway passes preflights on and adds nothing to its answers.
    ROOM
  }

  public RouteRule {
    methods = Set.copyOf(methods);
  }

  /// A rule for a path and all below it: an API key is needed, tokens are verified, bodies
  /// buffered.
  public static RouteRule under(String path) {
    return new RouteRule(
        path,
        Set.of(),
        Access.API_KEY,
        Tokens.VERIFIED,
        Body.BUFFERED,
        Organization.READ,
        CrossOrigin.GATEWAY,
        Integer.MAX_VALUE,
        Expiry.FORGIVING);
  }

  /// The same rule for a path below this one.
  public RouteRule at(String below) {
    return new RouteRule(
        path + below,
        methods,
        access,
        tokens,
        body,
        organization,
        crossOrigin,
        loggedSegments,
        expiry);
  }

  public RouteRule forMethods(String... only) {
    return new RouteRule(
        path,
        Set.of(only),
        access,
        tokens,
        body,
        organization,
        crossOrigin,
        loggedSegments,
        expiry);
  }

  public RouteRule with(Access changed) {
    return new RouteRule(
        path, methods, changed, tokens, body, organization, crossOrigin, loggedSegments, expiry);
  }

  public RouteRule with(Tokens changed) {
    return new RouteRule(
        path, methods, access, changed, body, organization, crossOrigin, loggedSegments, expiry);
  }

  public RouteRule with(Body changed) {
    return new RouteRule(
        path, methods, access, tokens, changed, organization, crossOrigin, loggedSegments, expiry);
  }

  public RouteRule with(Organization changed) {
    return new RouteRule(
        path, methods, access, tokens, body, changed, crossOrigin, loggedSegments, expiry);
  }

  public RouteRule with(Expiry changed) {
    return new RouteRule(
        path, methods, access, tokens, body, organization, crossOrigin, loggedSegments, changed);
  }

  public RouteRule with(CrossOrigin changed) {
    return new RouteRule(
        path, methods, access, tokens, body, organization, changed, loggedSegments, expiry);
  }

  /// The same rule, whose paths the access log shows up to so many segments.
  public RouteRule logging(int segments) {
    return new RouteRule(
        path, methods, access, tokens, body, organization, crossOrigin, segments, expiry);
  }

  /// A path as the access log shows it.
  String logged(String whole) {
    int end = 0;
    for (int segment = 0; segment < loggedSegments; segment++) {
      end = whole.indexOf('/', end + 1);
      if (end < 0) {
        return whole;
      }
    }
    return whole.substring(0, end) + "/*";
  }
}
