/// API keys for administrators: listed, made, rotated, revoked. They are kept in
/// [io.stabbur.project.ApiKeyStore], which the gateway asks. Start at [ApiKeysController].
@NullMarked
package io.stabbur.auth.key;

import org.jspecify.annotations.NullMarked;
