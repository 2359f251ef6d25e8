package io.stabbur.auth.provider;

/// What a provider hands out at the end of its sign-in; "" for what it does not.
record ProviderTokens(String accessToken, String refreshToken, String idToken) {}
