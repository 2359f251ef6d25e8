package io.stabbur.auth.provider;

import java.util.Map;

/// Somebody else by whom people may sign in.
interface IdentityProvider {
  /// Where the browser goes, without the parameters every provider takes.
  String authorizationUrl();

  /// Parameters of this provider's own, scope included.
  Map<String, String> authorizationParameters(String extraScopes);

  /// Exchanges the code that came back with the browser.
  ProviderTokens exchange(String code, String redirectUri, String verifier);

  /// The person behind the tokens; `nonce` is what an id token must carry.
  Profile profile(ProviderTokens tokens, String nonce);
}
