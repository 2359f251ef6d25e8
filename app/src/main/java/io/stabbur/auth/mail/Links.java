package io.stabbur.auth.mail;

import io.stabbur.auth.request.AuthRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/// The links in mails; every one begins with the public address of this API.
public final class Links {
  private Links() {}

  public static String verify(AuthRequest authRequest, String hash, String type) {
    return authRequest.api()
        + "/verify?token="
        + encode(hash)
        + "&type="
        + encode(type)
        + "&redirect_to="
        + encode(authRequest.redirectTo());
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
