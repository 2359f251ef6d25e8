package io.stabbur.storage.encrypt;

/// The key of one object as the database keeps it.
///
/// @param keyVersion of the root that the wrapping key comes from
/// @param wrapped the key under AES-256-GCM, in base64: nonce, ciphertext, tag
/// @param layout as [Layout#text] writes it; authenticated with the key
record WrappedKey(int keyVersion, String wrapped, String layout) {}
